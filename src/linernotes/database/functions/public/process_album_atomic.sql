-- Store or refresh one album of an artist and note it in queue_metrics, all or nothing. Returns its id.
-- p_album_data: name, artist_id, release_date (year, month or day), fullData (object), cover_url; what is absent,
-- null, or a date that is none, keeps its stored value. The same p_operation_id for the same album again changes
-- nothing (decision D5). An album that comes with another artist_id moves there (decision D10).
-- Raises 22023 for a blank p_spotify_id, or a new album without name and artist_id; 23503 for an unknown artist.
create or replace function public.process_album_atomic(p_album_data jsonb, p_operation_id text, p_spotify_id text)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_data jsonb := linernotes.contract_require_object('p_album_data', p_album_data);
    v_name text := v_data ->> 'name';
    v_artist_id uuid := (v_data ->> 'artist_id')::uuid;
    v_release_date date := linernotes.date_of(btrim(v_data ->> 'release_date'));
    v_metadata jsonb := linernotes.contract_object_or_null(v_data -> 'fullData');
    v_cover_url text := v_data ->> 'cover_url';
    v_metric uuid;
    v_done jsonb;
    v_id uuid;
begin
    if p_spotify_id is null or btrim(p_spotify_id) = '' then
        raise exception using errcode = '22023', message = 'p_spotify_id must not be blank';
    end if;
    select o.metric_id, o.done into v_metric, v_done
    from linernotes.contract_claim_operation('album_discovery', p_operation_id, 'spotify_id', p_spotify_id) o;
    if v_done is not null then
        return (v_done ->> 'album_id')::uuid;
    end if;

    if v_artist_id is null or v_name is null or btrim(v_name) = '' then
        update public.albums a
        set name = coalesce(nullif(btrim(v_name), ''), a.name), artist_id = coalesce(v_artist_id, a.artist_id),
            release_date = coalesce(v_release_date, a.release_date), metadata = coalesce(v_metadata, a.metadata),
            cover_url = coalesce(v_cover_url, a.cover_url), updated_at = now()
        where a.spotify_id = p_spotify_id
        returning a.id, a.name, a.artist_id into v_id, v_name, v_artist_id;
        if v_id is null then
            raise exception using errcode = '22023', message = 'a new album needs a name and an artist_id';
        end if;
    else
        insert into public.albums as a (spotify_id, name, artist_id, release_date, metadata, cover_url)
        values (p_spotify_id, v_name, v_artist_id, v_release_date, v_metadata, v_cover_url)
        on conflict (spotify_id) do update
            set name = excluded.name, artist_id = excluded.artist_id,
                release_date = coalesce(excluded.release_date, a.release_date),
                metadata = coalesce(excluded.metadata, a.metadata),
                cover_url = coalesce(excluded.cover_url, a.cover_url), updated_at = now()
        returning a.id into v_id;
    end if;

    insert into linernotes.external_ids (entity_type, scheme, value, entity_id)
    values ('album', 'spotify', p_spotify_id, v_id)
    on conflict do nothing;
    update public.queue_metrics m
    set details = jsonb_build_object('album_id', v_id, 'artist_id', v_artist_id, 'spotify_id', p_spotify_id,
                                     'operation_id', p_operation_id, 'name', v_name)
    where m.id = v_metric;
    return v_id;
end
$$;
revoke all on function public.process_album_atomic(jsonb, text, text) from public, anon, authenticated, service_role;
grant execute on function public.process_album_atomic(jsonb, text, text) to service_role;
