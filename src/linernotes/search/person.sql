-- name: identities
-- The rows that stand for one person: who was merged too.
select array(select linernotes.identities_of(%(id)s));

-- name: rows
select to_jsonb(p) as row from public.producers p where p.id = any (%(people)s) order by p.created_at, p.id;

-- name: names
select n.name, n.kind, n.source, n.first_seen_at
from linernotes.producer_names n where n.producer_id = any (%(people)s) order by n.first_seen_at, n.name;

-- name: ids
select e.scheme, e.value, e.first_seen_at
from linernotes.external_ids e
where e.entity_type = 'producer' and e.entity_id = any (%(people)s) order by e.scheme, e.value;

-- name: links
select l.kind, l.value, l.url, l.source, l.source_url, l.source_record_id, l.state, l.checked_at, l.first_seen_at,
       l.last_seen_at
from linernotes.producer_links l where l.producer_id = any (%(people)s) order by l.kind, l.value, l.source;

-- name: kinds
select k.kind from linernotes.producer_kinds k where k.producer_id = any (%(people)s) order by k.kind;

-- name: groups
select g.name as "group", m.name as member, x.begin_date, x.end_date, x.source
from linernotes.group_members x
join public.producers g on g.id = x.group_id
join public.producers m on m.id = x.member_id
where x.group_id = any (%(people)s) or x.member_id = any (%(people)s)
order by g.name, m.name, x.begin_date, x.source;

-- name: claims
select r.title as recording, r.artist_key as artist, c.role, c.raw_role, c.credited_as, c.source, c.record, c.scope, c.url,
       c.base, c.match, c.note, c.first_seen_at, c.last_seen_at
from linernotes.claims c
join linernotes.recordings r on r.id = c.recording_id
where c.producer_id = any (%(people)s)
order by r.artist_key, r.title, c.role, c.source, c.record;

-- name: credits
select t.name as track, b.name as album, a.name as artist, x.role, x.credited_as, x.confidence, x.source, x.sources,
       x.created_at, x.updated_at
from public.track_producers x
join public.tracks t on t.id = x.track_id
join public.albums b on b.id = t.album_id
join public.artists a on a.id = b.artist_id
where x.producer_id = any (%(people)s)
order by a.name, b.name, t.name, x.role;

-- name: rejections
select r.title as recording, x.role, x.at, x.why, x.by, x.restored_at, x.restored_by
from linernotes.rejections x
join linernotes.recordings r on r.id = x.recording_id
where x.producer_id = any (%(people)s) order by x.at, x.id;

-- name: merges
select m.merged_id, m.into_id, m.at, m.why, m.by, m.automatic, m.undone_at, m.undone_why, m.undone_by
from linernotes.producer_merges m
where m.merged_id = any (%(people)s) or m.into_id = any (%(people)s) order by m.at, m.id;

-- name: problems
select k.source, k.record, k.kind, k.detail, k.first_seen_at, k.last_seen_at
from linernotes.problems k where k.entity_id = any (%(people)s) order by k.first_seen_at, k.source, k.record, k.detail;

-- name: states
select s.entity_type, s.state, s.attempts, s.last_processed_at, s.last_error
from public.processing_status s
where s.entity_type = 'producer' and s.entity_id = any (%(people)s::text[]) order by s.entity_id;

-- name: messages
select m.place, m.queue, m.message, m.at
from (
    select 'waiting' as place, 'social_enrichment' as queue, q.message, q.enqueued_at as at from pgmq.q_social_enrichment q
    union all
    select 'archive', 'social_enrichment', q.message, q.archived_at from pgmq.a_social_enrichment q
    union all
    select 'parked', p.queue_name, p.message, p.parked_at from linernotes.parked_messages p
    union all
    select 'dead letter', d.queue_name, d.message, d.last_at from linernotes.dead_letters d
) m
where m.message ->> 'producerId' = any (%(people)s::text[])
order by m.at, m.place;

-- name: search
select s.name, s.kind, s.recordings, s.artists, s.roles, s.best_known, s.as_of
from linernotes.producer_search s where s.producer_id = any (%(people)s);
