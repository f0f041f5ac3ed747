-- The id at Spotify under which we know a thing, of those a row brings; null when it brings none that is the thing's.
create or replace function linernotes.spotify_id_of(p_entity_type text, p_id uuid, p_ids jsonb) returns text
language sql stable set search_path = '' as $$
    select e.value
    from jsonb_to_recordset(p_ids) as i(scheme text, value text)
    join linernotes.external_ids e
        on e.entity_type = p_entity_type and e.scheme = 'spotify' and e.value = i.value and e.entity_id = p_id
    where i.scheme = 'spotify'
    limit 1;
$$;
