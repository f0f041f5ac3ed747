-- Which of our artists, albums or tracks each row names (linernotes.resolve_ids), as an array in the order of the rows.
-- An id at Spotify is that of the one whose spotify_id it is, also where another program wrote it there.
-- Those that exist are locked until commit, in order of id: who stores them merges what is said with what is stored, and
-- two who store one thing do it one after the other.
create or replace function linernotes.resolve_things(p_entity_type text, p_rows jsonb, p_now timestamptz) returns uuid[]
language plpgsql set search_path = '' as $$
declare
    v_spotify_ids text[];
    v_ids uuid[];
begin
    select array_agg(i.value) into v_spotify_ids
    from jsonb_array_elements(p_rows) r
    cross join lateral jsonb_to_recordset(r -> 'ids') as i(scheme text, value text)
    where i.scheme = 'spotify';
    if v_spotify_ids is not null then
        execute format($sql$
            insert into linernotes.external_ids (entity_type, scheme, value, entity_id, first_seen_at)
            select $1, 'spotify', t.spotify_id, t.id, $3
            from public.%I t
            where t.spotify_id = any ($2) and not exists (
                select from linernotes.external_ids e
                where e.entity_type = $1 and e.scheme = 'spotify' and e.value = t.spotify_id and e.entity_id = t.id)
            order by t.spotify_id
            on conflict (entity_type, scheme, value) do update set entity_id = excluded.entity_id
        $sql$, p_entity_type || 's') using p_entity_type, v_spotify_ids, p_now;
    end if;

    select array_agg(r.entity_id order by r.ord) into v_ids
    from linernotes.resolve_ids(p_entity_type, p_rows, p_now) r;
    execute format('select from public.%I t where t.id = any ($1) order by t.id for no key update', p_entity_type || 's')
        using v_ids;
    return v_ids;
end
$$;
