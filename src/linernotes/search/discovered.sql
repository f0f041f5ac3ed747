-- name: summary
-- What the base holds of some artists: their albums, tracks, recordings, and how many have a producer.
with artist as (
    select a.id from public.artists a
    where %(everything)s or a.id = any (%(ids)s::uuid[])
       or a.id in (select n.artist_id from linernotes.artist_names n where n.search_key = any (%(keys)s))
       or a.id in (select e.entity_id from linernotes.external_ids e
                   join unnest(%(schemes)s::text[], %(values)s::text[]) i(scheme, value)
                       on e.entity_type = 'artist' and e.scheme = i.scheme and e.value = i.value)
), album as (
    select b.id from public.albums b join artist a on a.id = b.artist_id
    where b.metadata -> 'sources' ? %(source)s
), track as (
    select t.id, t.recording_id from public.tracks t join album b on b.id = t.album_id
), credit as (
    select t.recording_id, x.producer_id, x.role, r.counts_as_producer
    from track t
    join public.track_producers x on x.track_id = t.id
    join linernotes.roles r on r.code = x.role
)
select (select count(distinct b.artist_id) from public.albums b join album using (id)) as artists,
       (select count(*) from album) as albums,
       (select count(*) from track) as tracks,
       (select count(distinct recording_id) from track) as recordings,
       (select count(distinct recording_id) filter (where counts_as_producer) from credit) as produced,
       (select count(distinct (recording_id, producer_id, role)) from credit) as credits,
       (select count(distinct producer_id) from credit) as people,
       (select count(*) from linernotes.claims c
        where c.recording_id in (select recording_id from track)) as claims;

-- name: producers
-- Who produced and wrote most of what these artists recorded.
with artist as (
    select a.id from public.artists a
    where %(everything)s or a.id = any (%(ids)s::uuid[])
       or a.id in (select n.artist_id from linernotes.artist_names n where n.search_key = any (%(keys)s))
       or a.id in (select e.entity_id from linernotes.external_ids e
                   join unnest(%(schemes)s::text[], %(values)s::text[]) i(scheme, value)
                       on e.entity_type = 'artist' and e.scheme = i.scheme and e.value = i.value)
), credit as (
    select distinct x.producer_id, t.recording_id, b.artist_id, r.counts_as_producer, r.class, x.verified, x.confidence
    from public.albums b
    join artist a on a.id = b.artist_id
    join public.tracks t on t.album_id = b.id
    join public.track_producers x on x.track_id = t.id
    join linernotes.roles r on r.code = x.role
    where b.metadata -> 'sources' ? %(source)s and x.confidence >= 0.5
)
select p.name as producer,
       count(distinct c.recording_id) filter (where c.counts_as_producer) as produced,
       count(distinct c.recording_id) filter (where c.class = 'writer') as wrote,
       count(distinct c.artist_id) as artists,
       max(c.confidence) as confidence,
       (select array_agg(distinct l.kind order by l.kind) from linernotes.producer_links l
        where l.producer_id in (select linernotes.identities_of(p.id))) as links,
       p.id
from credit c join public.producers p on p.id = c.producer_id
group by p.id, p.name
order by produced desc, wrote desc, artists desc, p.name, p.id
limit %(limit)s;
