-- name: track
select t.id, t.name, a.id as artist_id, a.name as artist, b.id as album_id, b.name as album,
       case when starts_with(b.release_date::text, b.metadata ->> 'release_date')
            then b.metadata ->> 'release_date' else b.release_date::text end as release_date,
       b.cover_url, t.duration_ms, t.isrc, t.popularity, t.recording_id, r.version_class
from public.tracks t
join public.albums b on b.id = t.album_id
join public.artists a on a.id = b.artist_id
left join linernotes.recordings r on r.id = t.recording_id
where t.id = %(id)s;

-- name: ids
select scheme, value
from linernotes.external_ids
where entity_id in (%(id)s, %(recording_id)s) and entity_type in ('track', 'recording') and scheme not in ('name', 'place')
group by scheme, value
order by scheme, value;

-- name: credits
select c.id, p.id as producer_id, p.name as producer, c.role, r.class as role_class, r.counts_as_producer,
       c.confidence::float8 as confidence, c.verified, c.inherited, c.conflict, c.scope,
       nullif(c.credited_as, p.name) as credited_as, c.sources
from public.track_producers c
join linernotes.roles r on r.code = c.role
join public.producers p on p.id = c.producer_id
where c.track_id = %(id)s and c.confidence >= %(shown_from)s
order by r.counts_as_producer desc, r.class, c.confidence desc, p.name, c.role, c.id;

-- name: also_on
-- Where else the recording stands, the oldest first.
select t.id as track_id, t.name as track, a.name as artist, b.id as album_id, b.name as album,
       b.release_date::text as release_date, r.version_class
from public.tracks t
join public.albums b on b.id = t.album_id
join public.artists a on a.id = b.artist_id
join linernotes.recordings r on r.id = t.recording_id
where t.recording_id = %(recording_id)s and t.id <> %(id)s
order by b.release_date nulls last, b.name, t.id
limit %(limit)s;

-- name: versions
-- Other recordings of the same work: live, acoustic, remixed; each on the first album that carried it.
select v.*
from (
    select distinct on (o.id) t.id as track_id, t.name as track, a.name as artist, b.id as album_id, b.name as album,
           b.release_date::text as release_date, o.version_class
    from linernotes.recordings r
    join linernotes.recordings o on o.artist_key = r.artist_key and o.title_key = r.title_key and o.id <> r.id
    join public.tracks t on t.recording_id = o.id
    join public.albums b on b.id = t.album_id
    join public.artists a on a.id = b.artist_id
    where r.id = %(recording_id)s
    order by o.id, b.release_date nulls last, t.id
) v
order by v.version_class, v.release_date nulls last, v.track, v.track_id
limit %(limit)s;

-- name: sources
select l.source, max(l.claims) as claims, max(l.looked_at) as as_of
from linernotes.lookups l
where l.recording_id = %(recording_id)s
group by l.source
order by claims desc, l.source;
