-- name: around
-- Who is credited on a track together with any of these people, each once, over the credits that are surest.
-- Of each person the three hundred surest credits are looked at; cut: somebody has more.
select x.producer_id, x.whence, x.track_id, exists (
           select from unnest(%(people)s::uuid[]) k(id)
           where (select count(*)
                  from (select from public.track_producers y
                        where y.producer_id = k.id and y.confidence >= %(shown_from)s limit 301) z) > 300) as cut
from (
    select distinct on (d.producer_id) d.producer_id, c.producer_id as whence, c.track_id,
           least(c.confidence, d.confidence) as sure
    from unnest(%(people)s::uuid[]) k(id)
    cross join lateral (
        select y.producer_id, y.track_id, y.confidence
        from public.track_producers y
        where y.producer_id = k.id and y.confidence >= %(shown_from)s
        order by y.confidence desc, y.track_id
        limit 300
    ) c
    join public.track_producers d on d.track_id = c.track_id
    where d.confidence >= %(shown_from)s and d.producer_id <> all (%(people)s::uuid[])
    order by d.producer_id, least(c.confidence, d.confidence) desc, c.track_id, c.producer_id
) x
order by x.sure desc, x.producer_id
limit %(limit)s;

-- name: hops
-- What is shown of each hop: both names, the roles that are surest, the track.
select p.id as from_id, p.name as from_name, c.role as from_role, c.id as from_credit_id,
       c.confidence::float8 as from_confidence,
       q.id as to_id, q.name as to_name, d.role as to_role, d.id as to_credit_id,
       d.confidence::float8 as to_confidence,
       t.id as track_id, t.name as track, a.name as artist, b.name as album,
       extract(year from b.release_date)::int as year
from unnest(%(from)s::uuid[], %(tracks)s::uuid[], %(to)s::uuid[]) with ordinality h(from_id, track_id, to_id, place)
join public.producers p on p.id = h.from_id
join public.producers q on q.id = h.to_id
join public.tracks t on t.id = h.track_id
join public.albums b on b.id = t.album_id
join public.artists a on a.id = b.artist_id
cross join lateral (
    select x.id, x.role, x.confidence from public.track_producers x
    where x.track_id = h.track_id and x.producer_id = h.from_id and x.confidence >= %(shown_from)s
    order by x.confidence desc, x.role
    limit 1
) c
cross join lateral (
    select x.id, x.role, x.confidence from public.track_producers x
    where x.track_id = h.track_id and x.producer_id = h.to_id and x.confidence >= %(shown_from)s
    order by x.confidence desc, x.role
    limit 1
) d
order by h.place;
