-- name: merge
select linernotes.merge_producers(%(merged)s, %(into)s, %(why)s, %(by)s, %(now)s);

-- name: split
select linernotes.split_producers(%(merge)s, %(why)s, %(by)s, %(now)s);

-- name: keep_apart
select linernotes.keep_apart(%(one)s, %(other)s, %(why)s, %(by)s, %(now)s);

-- name: different_ids
-- By which schemes two people differ; a merge by hand may be right all the same, and says so.
select coalesce(linernotes.conflicting_schemes(%(one)s, %(other)s, '', '[]'), '{}');

-- name: live_merges
-- The merges in force that hold a person, or those that hold one row of theirs, which was merged away itself; with
-- another, those that join the two. Newest first.
with mine as (
    select linernotes.identities_of(%(one)s) as id where linernotes.survivor_of(%(one)s) = %(one)s
    union select %(one)s
), theirs as (
    select linernotes.identities_of(%(other)s) as id where linernotes.survivor_of(%(other)s) = %(other)s
    union select %(other)s
)
select m.id, m.merged_id, m.into_id, a.name as merged, b.name as into, m.at, m.why, m.by
from linernotes.producer_merges m
join public.producers a on a.id = m.merged_id
join public.producers b on b.id = m.into_id
where m.undone_at is null
  and (m.merged_id in (select id from mine) or m.into_id in (select id from mine))
  and (%(other)s::uuid is null or m.merged_id in (select id from theirs) or m.into_id in (select id from theirs))
order by m.at desc, m.id desc;

-- name: new_person
-- A producer whom no source has named yet, known by name only.
select r.producer_id from linernotes.resolve_producers(%(people)s, 'hand', %(now)s) r;

-- name: add_credit
select linernotes.add_credit(
    %(recording)s, %(track)s, %(producer)s, %(role)s, %(url)s, %(why)s, %(by)s, %(now)s);

-- name: reject_credit
select linernotes.reject_credit(%(recording)s, %(producer)s, %(role)s, %(why)s, %(by)s, %(now)s);

-- name: restore_credit
select linernotes.restore_credit(%(recording)s, %(producer)s, %(role)s, %(by)s, %(now)s);

-- name: recordings_after
-- The next recordings in the order of their ids, to go through all of them.
select id from linernotes.recordings
where %(after)s::uuid is null or id > %(after)s
order by id
limit %(limit)s;

-- name: reconclude
select linernotes.reconclude(%(recordings)s, %(now)s);

-- name: differences
-- Where the stored credits of these recordings are not what their claims come to now. The confidence is that of the
-- base and that of the claims; null where one has no such credit.
with concluded as materialized (
    select * from linernotes.concluded_credits(%(recordings)s)
), stored as materialized (
    select x.* from public.track_producers x
    join public.tracks t on t.id = x.track_id
    where t.recording_id = any (%(recordings)s)
)
select t.id as track_id, t.name as track, p.id as producer_id, p.name as producer, coalesce(c.role, s.role) as role,
       case when s.id is null then 'missing' when c.track_id is null then 'without a claim' else 'differs' end as what,
       s.confidence::float8 as stored, c.confidence::float8 as concluded
from concluded c
full join stored s on s.track_id = c.track_id and s.producer_id = c.producer_id and s.role = c.role
join public.tracks t on t.id = coalesce(c.track_id, s.track_id)
join public.producers p on p.id = coalesce(c.producer_id, s.producer_id)
where (c.confidence, c.source, c.credited_as, c.scope, c.verified, c.inherited, c.conflict, c.sources)
    is distinct from (s.confidence, s.source, s.credited_as, s.scope, s.verified, s.inherited, s.conflict, s.sources)
order by t.name, t.id, p.name, p.id, 5;
