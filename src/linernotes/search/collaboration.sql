-- name: collaborators
-- Who else is credited on a producer's recordings, from a place in the list on.
with own as materialized (
    select coalesce(t.recording_id, t.id) as recording_id, t.recording_id is null as unknown,
           array_agg(distinct c.role) as roles, min(b.release_date) as released
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.albums b on b.id = t.album_id
    where c.producer_id = (select linernotes.survivor_of(%(id)s)) and c.confidence >= %(shown_from)s
    group by 1, 2
), beside as materialized (
    select x.producer_id, x.recording_id, array_agg(x.role) as roles, min(x.released) as released
    from (
        select c.producer_id, o.recording_id, c.role, o.released
        from own o
        join public.tracks t on t.recording_id = o.recording_id
        join public.track_producers c on c.track_id = t.id
        where not o.unknown and c.confidence >= %(shown_from)s
        union all
        select c.producer_id, o.recording_id, c.role, o.released
        from own o
        join public.track_producers c on c.track_id = o.recording_id
        where o.unknown and c.confidence >= %(shown_from)s
    ) x
    where x.producer_id <> (select linernotes.survivor_of(%(id)s))
    group by x.producer_id, x.recording_id
), met as materialized (
    select b.producer_id, count(*)::int as recordings,
           extract(year from min(b.released))::int as first_year, extract(year from max(b.released))::int as last_year
    from beside b
    group by b.producer_id
), near as (
    -- Those of whom a page may be made: names, by which equals are sorted, are looked up of them only.
    select m.* from met m where m.recordings = %(after)s::int
    union all
    (select m.* from met m where not %(begun)s::boolean or m.recordings < %(after)s::int
     order by m.recordings desc
     fetch first %(limit)s rows with ties)
), page as materialized (
    select m.*, p.name
    from near m
    join public.producers p on p.id = m.producer_id
    where not %(begun)s::boolean
       or (-m.recordings, p.name, p.id) > (-%(after)s::int, %(after_name)s::text, %(after_id)s::uuid)
    order by m.recordings desc, p.name, p.id
    limit %(limit)s
)
select g.producer_id as id, g.name, g.recordings, w.their_roles, w.own_roles, g.first_year, g.last_year
from page g
join (
    select b.producer_id, array_agg(distinct r.role order by r.role) as their_roles,
           array_agg(distinct q.role order by q.role) as own_roles
    from beside b
    join own o on o.recording_id = b.recording_id
    cross join unnest(b.roles) r(role)
    cross join unnest(o.roles) q(role)
    where b.producer_id in (select page.producer_id from page)
    group by b.producer_id
) w on w.producer_id = g.producer_id
order by g.recordings desc, g.name, g.producer_id;

-- name: similar
-- Who works for the same artists. Looked at are the producer's fifty main artists, and of each at most a thousand people.
with own as materialized (
    select a.artist_id from linernotes.producer_artists a
    where a.producer_id = %(id)s
    order by a.tracks desc, a.artist_id
    limit 50
), beside as materialized (
    select o.artist_id, x.producer_id, 1 / ln(exp(1.0) + count(*) over (partition by o.artist_id)) as weight
    from own o
    cross join lateral (
        select a.producer_id from linernotes.producer_artists a where a.artist_id = o.artist_id limit 1000
    ) x
), weight as (
    select b.artist_id, max(b.weight) as weight from beside b group by b.artist_id
), scored as (
    select b.producer_id, sum(b.weight ^ 2) as both_of, count(*)::int as shared
    from beside b
    where b.producer_id <> %(id)s
    group by b.producer_id
    order by both_of desc, b.producer_id
    limit 300
), whole as (
    -- What is common, by the length of both: an artist who is not among the fifty weighs as much as one with few people.
    select s.producer_id, s.shared,
           s.both_of / sqrt((select sum(w.weight ^ 2) from weight w)
                            * (s.both_of + 0.5 * greatest(t.artist_count - s.shared, 0))) as likeness
    from scored s
    join public.producer_stats t on t.producer_id = s.producer_id
    order by likeness desc, s.producer_id
    limit %(limit)s
)
select p.id, p.name, least(round(w.likeness::numeric, 4), 1)::float8 as likeness, w.shared, a.shared_artists,
       k.together
from whole w
join public.producers p on p.id = w.producer_id
cross join lateral (
    select array_agg(x.name order by x.place) as shared_artists
    from (
        select r.name, row_number() over (order by b.weight desc, r.name, r.id) as place
        from beside b
        join public.artists r on r.id = b.artist_id
        where b.producer_id = w.producer_id
    ) x
    where x.place <= 5
) a
cross join lateral (
    select count(distinct t.recording_id)::int as together
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.tracks u on u.recording_id = t.recording_id
    join public.track_producers d on d.track_id = u.id and d.producer_id = %(id)s
    where c.producer_id = w.producer_id and c.confidence >= %(shown_from)s and d.confidence >= %(shown_from)s
) k
order by w.likeness desc, p.name, p.id;

-- name: nodes
-- Somebody and those they are credited with most often, with the recordings of each: all, or those they share.
with own as materialized (
    select distinct t.recording_id
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    where c.producer_id = %(id)s and c.confidence >= %(shown_from)s
), met as (
    select b.producer_id, count(*)::int as recordings
    from (
        select distinct c.producer_id, o.recording_id
        from own o
        join public.tracks t on t.recording_id = o.recording_id
        join public.track_producers c on c.track_id = t.id
        where c.producer_id <> %(id)s and c.confidence >= %(shown_from)s
    ) b
    group by b.producer_id
    order by recordings desc, b.producer_id
    limit %(limit)s
)
select p.id, p.name, n.recordings, n.distance
from (
    select %(id)s::uuid as producer_id, (select count(*)::int from own) as recordings, 0 as distance
    union all
    select m.producer_id, m.recordings, 1 from met m
) n
join public.producers p on p.id = n.producer_id
order by n.distance, n.recordings desc, p.name, p.id;

-- name: edges
-- Which of these people are credited on the same recordings, each two once.
with credit as materialized (
    select distinct c.producer_id, t.recording_id
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    where c.producer_id = any (%(ids)s) and c.confidence >= %(shown_from)s and t.recording_id is not null
)
select x.producer_id as source, y.producer_id as target, count(*)::int as recordings
from credit x
join credit y on y.recording_id = x.recording_id and y.producer_id > x.producer_id
group by x.producer_id, y.producer_id
order by recordings desc, source, target;
