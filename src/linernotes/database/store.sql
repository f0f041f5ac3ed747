-- name: artists
-- The artists a stage works on, with every id that sources know them by.
select a.id, a.name,
       coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value) order by e.first_seen_at, e.scheme, e.value)
                 from linernotes.external_ids e where e.entity_type = 'artist' and e.entity_id = a.id), '[]') as ids
from public.artists a
where a.id = any (%(ids)s);

-- name: albums
-- The albums a stage works on, each with its artist.
select b.id, b.name, b.artist_id, b.metadata ->> 'edition' as edition, b.metadata ->> 'release_date' as release_date,
       coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value) order by e.first_seen_at, e.scheme, e.value)
                 from linernotes.external_ids e where e.entity_type = 'album' and e.entity_id = b.id), '[]') as ids
from public.albums b
where b.id = any (%(ids)s);

-- name: albums_of
-- An artist's albums that one source has brought.
select b.id, b.name
from public.albums b
where b.artist_id = %(artist_id)s and b.metadata -> 'sources' ? %(source)s
  and not (%(unread)s::boolean and exists (select from public.tracks t where t.album_id = b.id))
order by b.release_date nulls last, b.name, b.id;

-- name: albums_read
-- By which ids sources know the albums of an artist that have tracks.
select e.scheme, e.value
from public.albums b
join linernotes.external_ids e on e.entity_type = 'album' and e.entity_id = b.id
where b.artist_id = %(artist_id)s and exists (select from public.tracks t where t.album_id = b.id);

-- name: tracks
-- The tracks a stage works on, each with its recording.
select t.id, t.name, t.album_id, t.recording_id, t.isrc, t.duration_ms,
       coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value) order by e.first_seen_at, e.scheme, e.value)
                 from linernotes.external_ids e where e.entity_type = 'track' and e.entity_id = t.id), '[]') as ids,
       coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value) order by e.first_seen_at, e.scheme, e.value)
                 from linernotes.external_ids e
                 where e.entity_type = 'recording' and e.entity_id = t.recording_id), '[]') as recording_ids,
       t.metadata ->> 'version' as version_class
from public.tracks t
where t.id = any (%(ids)s) and t.recording_id is not null;

-- name: producers
-- The producers a stage works on, with every id that sources know them by, and the handles by which some do.
select p.id, p.name,
       coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value) order by e.first_seen_at, e.scheme, e.value)
                 from linernotes.external_ids e where e.entity_type = 'producer' and e.entity_id = p.id), '[]') as ids,
       coalesce((select jsonb_agg(distinct jsonb_build_array(l.kind, l.value))
                 from linernotes.producer_links l
                 where l.producer_id = p.id and l.kind = 'instagram' and l.state <> 'gone'
                   and not linernotes.claimed_by_several(l.kind, l.value)), '[]') as handles
from public.producers p
where p.id = any (%(ids)s);

-- name: store_artists
select r.id from linernotes.store_artists(%(rows)s, %(now)s) r order by r.ord;

-- name: store_albums
select r.id from linernotes.store_albums(%(rows)s, %(now)s) r order by r.ord;

-- name: store_tracks
select r.id from linernotes.store_tracks(%(rows)s, %(now)s) r order by r.ord;

-- name: store_claims
select r.producer_id
from linernotes.store_claims(%(people)s, %(lookups)s, %(claims)s, %(source)s, %(now)s) r order by r.ord;

-- name: store_profiles
select linernotes.store_profiles(%(rows)s, %(now)s);

-- name: note_problems
select linernotes.note_problems(%(rows)s, %(now)s);

-- name: note_unenriched
select linernotes.note_unenriched(%(producers)s, %(now)s);

-- name: hand_key
-- A parameter and no text of the statement, so that it stands in no list of statements.
select pg_catalog.set_config('linernotes.forget_key', %(key)s, %(local)s);

-- name: hold_people
select linernotes.hold_people(false);

-- name: anybody_forgotten
select exists (select from linernotes.forgotten);

-- name: listed_marks
-- Which of these marks are on the list of the forgotten.
select f.mark from linernotes.forgotten f where f.mark = any (%(marks)s::bytea[]);
