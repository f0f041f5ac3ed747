-- Pairs of producers whose names come near each other: the same name or search key, words that sound alike, letters in
-- common, or the same last word and a recording in common. Only where to look: whether a pair is worth a person's time
-- is judged by pipeline/credits/likeness.py. Looks from one producer, or from the p_examined with most credits, and
-- takes at most p_each of each kind for each name, so the work is bounded; every comparison stands on an index. Pairs
-- that people decided about are left out.
create or replace function linernotes.suggest_people(
    p_producer uuid, p_examined integer, p_each integer
) returns table (one_id uuid, other_id uuid) language plpgsql set search_path = '' as $$
begin
    perform set_config('pg_trgm.similarity_threshold', '0.5', true);
    return query
    with looked_from as materialized (
        select linernotes.survivor_of(p_producer) as id where p_producer is not null
        union
        select b.id
        from (
            select s.producer_id as id from public.producer_stats s
            where p_producer is null
            order by s.track_count desc, s.artist_count desc, s.name, s.producer_id
            limit p_examined
        ) b
    ), spelt as materialized (
        select l.id, n.name_key, n.search_key, linernotes.sound_key(n.name_key) as sound
        from looked_from l
        cross join lateral (
            select k.name_key, k.search_key
            from linernotes.producer_names k
            where k.producer_id = l.id
               or k.producer_id in (select d.merged_id from linernotes.producer_redirects d where d.survivor_id = l.id)
            order by array_position(array['name', 'alias', 'credited_as'], k.kind), k.name
            limit p_each
        ) n
    ), near as (
        select s.id, m.producer_id as near_id
        from spelt s
        cross join lateral (
            (select k.producer_id from linernotes.producer_names k where k.name_key = s.name_key limit p_each)
            union all
            (select k.producer_id from linernotes.producer_names k where k.search_key = s.search_key limit p_each)
            union all
            (select k.producer_id from linernotes.producer_names k
             where linernotes.sound_key(k.name_key) = s.sound limit p_each)
            union all
            (select k.producer_id from linernotes.producer_names k
             where k.search_key operator(extensions.%) s.search_key
             order by extensions.similarity(k.search_key, s.search_key) desc, k.producer_id
             limit p_each)
        ) m
    )
    select distinct least(n.id, o.id), greatest(n.id, o.id)
    from (
        select near.id, near.near_id from near
        union
        select l.id, k.producer_id
        from looked_from l
        cross join lateral (
            select distinct d.producer_id
            from (
                select c.recording_id from linernotes.claims c
                where c.producer_id = l.id
                   or c.producer_id in (select r.merged_id from linernotes.producer_redirects r where r.survivor_id = l.id)
                limit 20 * p_each
            ) made
            join linernotes.claims d on d.recording_id = made.recording_id and d.producer_id <> l.id
        ) beside
        join linernotes.producer_names k on k.producer_id = beside.producer_id
        where exists (
            select from spelt s
            where s.id = l.id and substring(s.name_key from '[^ ]+$') = substring(k.name_key from '[^ ]+$'))
    ) n
    left join linernotes.producer_redirects d on d.merged_id = n.near_id
    cross join lateral (select coalesce(d.survivor_id, n.near_id) as id) o
    where o.id <> n.id and not exists (
        select from linernotes.producer_merges m
        left join linernotes.producer_redirects a on a.merged_id = m.merged_id
        left join linernotes.producer_redirects b on b.merged_id = m.into_id
        where m.undone_at is not null
          and (coalesce(a.survivor_id, m.merged_id), coalesce(b.survivor_id, m.into_id)) in ((n.id, o.id), (o.id, n.id)));
end
$$;
