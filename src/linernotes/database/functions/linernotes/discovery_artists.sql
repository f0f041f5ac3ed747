-- Which artists a discovery is about, as far as they are known: by name or alias, or by an id of a source. An artist
-- whom the source calls otherwise is the one it stored since, whose name holds the one that was asked for, or the
-- other way round. place: the position in what was asked.
create or replace function linernotes.discovery_artists(p_id uuid)
returns table (place bigint, artist_id uuid)
language sql stable set search_path = '' as $$
    with asked as (
        select d.source, d.started_at, a.place, a.search_key, a.scheme, a.value
        from linernotes.discoveries d
        cross join unnest(d.search_keys, d.schemes, d.id_values)
            with ordinality a(search_key, scheme, value, place)
        where d.id = p_id
    ), same as (
        select a.place, n.artist_id
        from asked a join linernotes.artist_names n on n.search_key = a.search_key
        union
        select a.place, e.entity_id
        from asked a
        join linernotes.external_ids e on e.entity_type = 'artist' and e.scheme = a.scheme and e.value = a.value
    )
    select s.place, s.artist_id from same s
    union
    select a.place, n.artist_id
    from asked a
    join linernotes.artist_names n
        on n.search_key like '%' || regexp_replace(a.search_key, '([%_\\])', '\\\1', 'g') || '%'
        or strpos(a.search_key, n.search_key) > 0
    join public.artists r on r.id = n.artist_id and r.updated_at >= a.started_at and r.metadata ->> 'source' = a.source
    where a.search_key <> '' and not exists (select from same s where s.place = a.place);
$$;
revoke all on function linernotes.discovery_artists(uuid) from public;
