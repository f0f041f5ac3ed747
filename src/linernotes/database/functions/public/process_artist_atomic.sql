-- Store or refresh one artist and note it in queue_metrics, all or nothing. Returns its id.
-- p_artist_data: name, followers, popularity, fullData (object), image_url; what is absent or null keeps its stored
-- value. The same p_operation_id for the same artist again changes nothing (decision D5); a null one is not checked.
-- Raises 22023 for a blank p_spotify_id, or a new artist without name.
create or replace function public.process_artist_atomic(p_artist_data jsonb, p_operation_id text, p_spotify_id text)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_data jsonb := linernotes.contract_require_object('p_artist_data', p_artist_data);
    v_name text := v_data ->> 'name';
    v_followers integer := (v_data ->> 'followers')::numeric::integer;
    v_popularity integer := (v_data ->> 'popularity')::numeric::integer;
    v_metadata jsonb := linernotes.contract_object_or_null(v_data -> 'fullData');
    v_image_url text := v_data ->> 'image_url';
    v_metric uuid;
    v_done jsonb;
    v_id uuid;
begin
    if p_spotify_id is null or btrim(p_spotify_id) = '' then
        raise exception using errcode = '22023', message = 'p_spotify_id must not be blank';
    end if;
    select o.metric_id, o.done into v_metric, v_done
    from linernotes.contract_claim_operation('artist_discovery', p_operation_id, 'spotify_id', p_spotify_id) o;
    if v_done is not null then
        return (v_done ->> 'artist_id')::uuid;
    end if;

    if v_name is null or btrim(v_name) = '' then
        update public.artists a
        set followers = coalesce(v_followers, a.followers), popularity = coalesce(v_popularity, a.popularity),
            metadata = coalesce(v_metadata, a.metadata), image_url = coalesce(v_image_url, a.image_url),
            updated_at = now()
        where a.spotify_id = p_spotify_id
        returning a.id, a.name into v_id, v_name;
        if v_id is null then
            raise exception using errcode = '22023', message = 'a new artist needs a name';
        end if;
    else
        insert into public.artists as a (spotify_id, name, followers, popularity, metadata, image_url)
        values (p_spotify_id, v_name, v_followers, v_popularity, v_metadata, v_image_url)
        on conflict (spotify_id) do update
            set name = excluded.name, followers = coalesce(excluded.followers, a.followers),
                popularity = coalesce(excluded.popularity, a.popularity),
                metadata = coalesce(excluded.metadata, a.metadata),
                image_url = coalesce(excluded.image_url, a.image_url), updated_at = now()
        returning a.id into v_id;
    end if;

    insert into linernotes.external_ids (entity_type, scheme, value, entity_id)
    values ('artist', 'spotify', p_spotify_id, v_id)
    on conflict do nothing;
    update public.queue_metrics m
    set details = jsonb_build_object('artist_id', v_id, 'spotify_id', p_spotify_id,
                                     'operation_id', p_operation_id, 'name', v_name)
    where m.id = v_metric;
    return v_id;
end
$$;
revoke all on function public.process_artist_atomic(jsonb, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.process_artist_atomic(jsonb, text, text) to service_role;
