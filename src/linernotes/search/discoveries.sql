-- name: discovery
select d.id, d.source, d.sent, d.asked_by, d.started_at, d.cancelled_at
from linernotes.discoveries d
where d.id = %(id)s;

-- name: discoveries
select d.id, d.source, d.names, d.asked_by, d.started_at, d.cancelled_at
from linernotes.discoveries d
where not %(begun)s::boolean
   or (d.started_at <= %(at)s::timestamptz
       and (d.started_at < %(at)s::timestamptz or d.id > %(after_id)s::uuid))
order by d.started_at desc, d.id
limit %(limit)s;

-- name: artists
-- What became of each artist who was asked for: still on its way, found as whom, or given up and why.
select a.name, coalesce(f.ids, '{}') as artist_ids, r.name as artist, l.error_class, l.error,
       exists (
           select from linernotes.idempotency_keys k
           where k.queue_name = 'artist_discovery' and k.key = a.key and k.done_at is null
             and (exists (select from pgmq.q_artist_discovery q where q.msg_id = k.msg_id)
                  or exists (select from linernotes.parked_messages p
                             where p.queue_name = 'artist_discovery' and p.msg_id = k.msg_id))) as waits
from linernotes.discoveries d
cross join unnest(d.names, d.keys) with ordinality a(name, key, place)
left join (
    select x.place, array_agg(x.artist_id order by y.updated_at desc, x.artist_id) as ids
    from linernotes.discovery_artists(%(id)s) x
    join public.artists y on y.id = x.artist_id
    group by x.place
) f on f.place = a.place
left join public.artists r on r.id = f.ids[1]
left join lateral (
    select e.error_class, e.error
    from linernotes.dead_letters e
    where e.queue_name = 'artist_discovery' and e.message ->> '_idempotencyKey' = a.key and e.replayed_at is null
      and e.last_at >= d.started_at
    order by e.last_at desc
    limit 1
) l on true
where d.id = %(id)s
order by a.place;

-- name: waiting
-- What waits on each queue for these artists.
select r.queue_name as queue, count(m.msg_id) filter (where m.visible)::int as waiting,
       count(m.msg_id) filter (where not m.visible)::int as hidden, min(m.at) filter (where not m.visible) as next_at
from public.queue_registry r
left join (
    select w.*
    from linernotes.discoveries d
    cross join lateral linernotes.discovery_messages(
        d.keys, array(select f.artist_id from linernotes.discovery_artists(d.id) f), %(now)s) w
    where d.id = %(id)s
) m on m.queue_name = r.queue_name
where r.queue_name in ('artist_discovery', 'album_discovery', 'track_discovery', 'producer_identification',
                       'social_enrichment')
group by r.id, r.queue_name
order by r.id;

-- name: given_up
select count(*)::int as letters
from linernotes.discoveries d
join linernotes.dead_letters e on e.replayed_at is null and e.last_at >= d.started_at
where d.id = %(id)s
  and (e.message ->> 'artistId' = any (%(artists)s::uuid[]::text[])
       or (e.queue_name = 'artist_discovery' and e.message ->> '_idempotencyKey' = any (d.keys)));
