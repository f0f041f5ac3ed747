-- name: credits_of
-- A producer's credits, each recording once in each role, newest first, from a place on. The id of somebody who was
-- merged asks for who they are now (P4).
with carried as (
    select distinct on (c.role, coalesce(t.recording_id, t.id))
           c.id, c.role, t.id as track_id, t.name as track, b.artist_id, b.id as album_id, b.name as album,
           b.release_date as released, b.metadata ->> 'release_date' as said, t.isrc, c.confidence, c.verified,
           c.inherited, c.conflict, c.scope, c.credited_as, c.sources, c.producer_id
    from public.track_producers c
    join linernotes.roles r on r.code = c.role
    join public.tracks t on t.id = c.track_id
    join public.albums b on b.id = t.album_id
    where c.producer_id = (select linernotes.survivor_of(%(id)s)) and c.confidence >= %(shown_from)s
      and (%(role)s::text is null or c.role = %(role)s or r.class = %(role)s
           or (%(role)s = 'producer' and r.counts_as_producer))
      and (%(verified)s::boolean is null or c.verified = %(verified)s)
    order by c.role, coalesce(t.recording_id, t.id), b.release_date nulls last, b.id, t.id
)
select c.id, c.role, c.track_id, c.track, a.id as artist_id, a.name as artist, c.album_id, c.album,
       case when starts_with(c.released::text, c.said) then c.said else c.released::text end as release_date,
       c.released, c.isrc, c.confidence::float8 as confidence, c.verified, c.inherited, c.conflict, c.scope,
       nullif(c.credited_as, p.name) as credited_as, c.sources
from carried c
join public.artists a on a.id = c.artist_id
join public.producers p on p.id = c.producer_id
where (not %(dated)s::boolean or c.released between %(from)s and %(to)s)
  and (not %(begun)s::boolean
       or (coalesce(-(c.released - date '0001-01-01'), 1), c.track, c.id)
          > (coalesce(-(%(after)s::date - date '0001-01-01'), 1), %(after_track)s::text, %(after_id)s::uuid))
order by coalesce(-(c.released - date '0001-01-01'), 1), c.track, c.id
limit %(limit)s;
