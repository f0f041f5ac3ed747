-- Store or refresh one track of an album and note it in queue_metrics, all or nothing. Returns its id.
-- p_track_data: name, album_id, duration_ms, popularity, fullData (object), preview_url; what is absent or null
-- keeps its stored value. The same p_operation_id for the same track again changes nothing (decision D5). A track
-- that comes with another album_id moves there (decision D10).
-- Raises 22023 for a blank p_spotify_id, or a new track without name and album_id; 23503 for an unknown album.
create or replace function public.process_track_atomic(p_track_data jsonb, p_operation_id text, p_spotify_id text)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_data jsonb := linernotes.contract_require_object('p_track_data', p_track_data);
    v_name text := v_data ->> 'name';
    v_album_id uuid := (v_data ->> 'album_id')::uuid;
    v_duration_ms integer := (v_data ->> 'duration_ms')::numeric::integer;
    v_popularity integer := (v_data ->> 'popularity')::numeric::integer;
    v_metadata jsonb := linernotes.contract_object_or_null(v_data -> 'fullData');
    v_preview_url text := v_data ->> 'preview_url';
    v_metric uuid;
    v_done jsonb;
    v_id uuid;
begin
    if p_spotify_id is null or btrim(p_spotify_id) = '' then
        raise exception using errcode = '22023', message = 'p_spotify_id must not be blank';
    end if;
    select o.metric_id, o.done into v_metric, v_done
    from linernotes.contract_claim_operation('track_discovery', p_operation_id, 'spotify_id', p_spotify_id) o;
    if v_done is not null then
        return (v_done ->> 'track_id')::uuid;
    end if;

    if v_album_id is null or v_name is null or btrim(v_name) = '' then
        update public.tracks t
        set name = coalesce(nullif(btrim(v_name), ''), t.name), album_id = coalesce(v_album_id, t.album_id),
            duration_ms = coalesce(v_duration_ms, t.duration_ms), popularity = coalesce(v_popularity, t.popularity),
            metadata = coalesce(v_metadata, t.metadata),
            spotify_preview_url = coalesce(v_preview_url, t.spotify_preview_url), updated_at = now()
        where t.spotify_id = p_spotify_id
        returning t.id, t.name, t.album_id into v_id, v_name, v_album_id;
        if v_id is null then
            raise exception using errcode = '22023', message = 'a new track needs a name and an album_id';
        end if;
    else
        insert into public.tracks as t
            (spotify_id, name, album_id, duration_ms, popularity, metadata, spotify_preview_url)
        values (p_spotify_id, v_name, v_album_id, v_duration_ms, v_popularity, v_metadata, v_preview_url)
        on conflict (spotify_id) do update
            set name = excluded.name, album_id = excluded.album_id,
                duration_ms = coalesce(excluded.duration_ms, t.duration_ms),
                popularity = coalesce(excluded.popularity, t.popularity),
                metadata = coalesce(excluded.metadata, t.metadata),
                spotify_preview_url = coalesce(excluded.spotify_preview_url, t.spotify_preview_url),
                updated_at = now()
        returning t.id into v_id;
    end if;

    insert into linernotes.external_ids (entity_type, scheme, value, entity_id)
    values ('track', 'spotify', p_spotify_id, v_id)
    on conflict do nothing;
    update public.queue_metrics m
    set details = jsonb_build_object('track_id', v_id, 'album_id', v_album_id, 'spotify_id', p_spotify_id,
                                     'operation_id', p_operation_id, 'name', v_name)
    where m.id = v_metric;
    return v_id;
end
$$;
revoke all on function public.process_track_atomic(jsonb, text, text) from public, anon, authenticated, service_role;
grant execute on function public.process_track_atomic(jsonb, text, text) to service_role;
