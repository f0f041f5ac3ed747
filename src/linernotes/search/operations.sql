-- name: queues
-- Each registered queue: what waits, what is stuck or given up, and what its batches did in the last hour.
select r.queue_name as queue, r.display_name as title, r.description, r.active,
       coalesce(d.visible, 0) as waiting, coalesce(d.hidden, 0) as hidden,
       coalesce(d.parked, 0) as parked, coalesce(k.stuck_messages, 0) as stuck,
       (select count(*) from linernotes.dead_letters l
        where l.queue_name = r.queue_name and l.replayed_at is null) as dead,
       d.oldest_at, d.next_at,
       b.last_batch_at, coalesce(b.done, 0) as done_last_hour, coalesce(b.failed, 0) as failed_last_hour,
       k.last_check_time as checked_at, coalesce(k.messages_fixed, 0) as freed
from public.queue_registry r
left join public.get_queue_monitoring_data() k on k.queue_name = r.queue_name
left join lateral linernotes.queue_depth(r.queue_name, %(now)s) d on true
left join lateral (
    select max(m.created_at) as last_batch_at,
           sum(m.success_count) filter (where m.created_at > %(now)s - interval '1 hour') as done,
           sum(m.error_count) filter (where m.created_at > %(now)s - interval '1 hour') as failed
    from public.queue_metrics m
    where m.queue_name = r.queue_name and m.operation = 'batch' and m.created_at > %(now)s - interval '1 day'
) b on true
order by r.id;

-- name: dead_letters
-- Messages that were given up and not put back, newest first, from after a place on.
select d.id, d.queue_name as queue, d.msg_id, d.step, d.error_class, d.error, d.attempts, d.first_at, d.last_at,
       d.worker, d.message
from linernotes.dead_letters d
where d.replayed_at is null and (%(queue)s::text is null or d.queue_name = %(queue)s)
  and (%(last_at)s::timestamptz is null or (d.last_at, d.id) < (%(last_at)s, %(id)s::uuid))
order by d.last_at desc, d.id desc
limit %(limit)s;

-- name: known_queue
select exists (select from public.queue_registry r where r.queue_name = %(queue)s);

-- name: stuck
-- Messages that somebody took long ago and neither finished nor gave a sign of life for, longest first.
with known as materialized (
    select r.queue_name from public.queue_registry r
    where linernotes.queue_table(r.queue_name) is not null
      and (%(queue)s::text is null or r.queue_name = %(queue)s)
)
select k.queue_name as queue, s.id::uuid as id, s.msg_id::bigint as msg_id, s.message, s.locked_since, s.read_count,
       s.minutes_locked
from known k
cross join lateral public.list_stuck_messages(k.queue_name, %(minutes)s) s
order by s.locked_since, k.queue_name, s.msg_id::bigint
limit %(limit)s;

-- name: sources
-- Each source that was ever asked: how often, how often the answer was at hand, whether everybody waits, how often in
-- a row it failed, since when it is left alone, and how many messages are parked for it.
select b.source, b.calls, b.cached, nullif(b.next_at, '-infinity') as next_at,
       case when b.paused_until > %(now)s then b.paused_until end as paused_until,
       case when b.paused_until > %(now)s then b.paused_why end as paused_why,
       b.failures, b.opened_at as left_alone_since,
       (select count(*) from linernotes.parked_messages p where p.source = b.source) as parked
from linernotes.budgets b
order by b.source;

-- name: jobs
-- Each scheduled job with its latest run.
select j.name, j.schedule, j.runs, j.target, j.arguments, j.queue_name as queue, j.batch_size, j.purpose,
       r.due_at as last_due_at, r.started_at as last_started_at, r.finished_at as last_finished_at,
       r.outcome as last_outcome, r.error as last_error, r.run_by as last_by, r.answer as last_answer
from linernotes.jobs j
left join lateral (
    select * from linernotes.job_runs x
    where x.job = j.name and x.outcome is distinct from 'skipped'
    order by x.started_at desc, x.id desc limit 1
) r on true
order by j.name;

-- name: job_runs
-- The latest runs, of one job or of all.
select r.id, r.job, r.due_at, r.started_at, r.finished_at, r.outcome, r.error, r.answer, r.run_by
from linernotes.job_runs r
where %(job)s::text is null or r.job = %(job)s
order by r.started_at desc, r.id desc
limit %(limit)s;

-- name: health
select public.get_system_health();
