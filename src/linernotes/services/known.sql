-- name: done
-- Until when a discovery that was begun with this key counts as done.
select nullif(k.fresh_until, 'infinity') as fresh_until
from linernotes.idempotency_keys k
where k.queue_name = 'artist_discovery' and k.key = %(key)s
  and k.done_at is not null and (k.fresh_until is null or k.fresh_until > %(now)s);

-- name: artist
-- The artist of this name, or this id, whose albums the source has brought, with every id that sources know it by.
select a.id, a.name,
       coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value) order by e.first_seen_at, e.scheme, e.value)
                 from linernotes.external_ids e where e.entity_type = 'artist' and e.entity_id = a.id), '[]') as ids
from public.artists a
where (linernotes.search_key(a.name) = %(wanted)s
       or exists (select from jsonb_array_elements_text(a.metadata -> 'aliases') n
                  where linernotes.search_key(n) = %(wanted)s)
       or a.id = (select e.entity_id from linernotes.external_ids e
                  where e.entity_type = 'artist' and e.scheme = %(scheme)s and e.value = %(value)s))
  and exists (select from public.albums b where b.artist_id = a.id and b.metadata -> 'sources' ? %(source)s)
order by a.popularity desc nulls last, a.id
limit 1;

-- name: albums
-- The albums that the source has brought of an artist, each with its tracks.
select b.id, b.name, b.metadata ->> 'edition' as edition,
       coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value) order by e.first_seen_at, e.scheme, e.value)
                 from linernotes.external_ids e where e.entity_type = 'album' and e.entity_id = b.id), '[]') as ids,
       coalesce((select jsonb_agg(jsonb_build_object('name', t.name, 'isrc', t.isrc, 'duration_ms', t.duration_ms,
                        'id', (select e.value from linernotes.external_ids e
                               where e.entity_type = 'track' and e.entity_id = t.id and e.scheme = %(source)s
                               limit 1)) order by t.id)
                 from public.tracks t where t.album_id = b.id), '[]') as tracks
from public.albums b
where b.artist_id = %(artist_id)s and b.metadata -> 'sources' ? %(source)s
order by b.id;

-- name: people
-- Who is credited on an artist's tracks and was not looked up within the time for which that counts, by their ids.
select p.id, coalesce((select jsonb_agg(jsonb_build_array(e.scheme, e.value))
                       from linernotes.external_ids e
                       where e.entity_type = 'producer' and e.entity_id = p.id), '[]') as ids
from public.producers p
where p.id in (select x.producer_id
               from public.track_producers x
               join public.tracks t on t.id = x.track_id
               join public.albums b on b.id = t.album_id
               where b.artist_id = %(artist_id)s)
  and not exists (select from linernotes.idempotency_keys k
                  where k.queue_name = 'social_enrichment' and k.key = 'producer:' || p.id
                    and k.done_at is not null and (k.fresh_until is null or k.fresh_until > %(now)s))
order by p.id;

-- name: kept
-- Which of these questions have an answer that is still fresh.
select r.source, r.request
from linernotes.responses r
join unnest(%(sources)s::text[], %(requests)s::text[]) as q(source, request) using (source, request)
where r.expires_at > %(now)s;

-- name: notes
-- What was worked out from answers and is still fresh.
select r.request, r.body
from linernotes.responses r
where r.source = %(source)s and r.request = any (%(requests)s) and r.expires_at > %(now)s;

-- name: why_waiting
-- Why work was put off in the last minutes, each reason once, the most frequent first.
select s.last_error
from public.processing_status s
where s.state = 'PENDING' and s.last_error is not null and s.last_processed_at > now() - interval '10 minutes'
group by s.last_error
order by count(*) desc, s.last_error
limit 3;
