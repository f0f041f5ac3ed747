-- name: album
select b.id, b.name, a.id as artist_id, a.name as artist,
       case when starts_with(b.release_date::text, b.metadata ->> 'release_date')
            then b.metadata ->> 'release_date' else b.release_date::text end as release_date,
       b.metadata ->> 'kind' as kind, b.cover_url,
       array(select jsonb_object_keys(
           case when jsonb_typeof(b.metadata -> 'sources') = 'object' then b.metadata -> 'sources' else '{}' end)
           order by 1) as sources,
       (select count(*) from public.tracks t where t.album_id = b.id) as tracks_in_all
from public.albums b
join public.artists a on a.id = b.artist_id
where b.id = %(id)s;

-- name: ids
select scheme, value
from linernotes.external_ids
where entity_type = 'album' and entity_id = %(id)s and scheme <> 'name'
order by scheme, value;

-- name: tracks
-- The tracks in their order; those without a place last, by name.
-- Numbers that no record has are another program's, and stay within what a number can be.
select t.id, case when jsonb_typeof(t.metadata -> 'disc') = 'number'
                  then greatest(least((t.metadata ->> 'disc')::numeric, 99999), 0)::int end as disc,
       case when jsonb_typeof(t.metadata -> 'position') = 'number'
            then greatest(least((t.metadata ->> 'position')::numeric, 99999), 0)::int end as position,
       t.name, t.duration_ms, t.isrc, t.recording_id,
       exists (select from linernotes.lookups l where l.recording_id = t.recording_id) as looked_up
from public.tracks t
where t.album_id = %(id)s
order by t.metadata -> 'disc' nulls last, t.metadata -> 'position' nulls last, t.name, t.id
limit %(limit)s;

-- name: credits
-- Everybody credited on a track of the album, producers first.
select c.track_id, c.id as credit_id, p.id as producer_id, p.name as producer, c.role, r.class as role_class,
       c.confidence::float8 as confidence, c.verified
from public.tracks t
join public.track_producers c on c.track_id = t.id and c.confidence >= %(shown_from)s
join linernotes.roles r on r.code = c.role
join public.producers p on p.id = c.producer_id
where t.album_id = %(id)s
order by c.track_id, r.counts_as_producer desc, r.class, c.confidence desc, p.name, c.role, c.id;
