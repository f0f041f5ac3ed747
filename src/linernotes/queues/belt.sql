-- name: claim
select msg_id, read_ct, message, attempts, first_at, suspect, probes
from linernotes.claim_batch(%(queue)s, %(limit)s, %(lease)s, %(worker)s, %(max_attempts)s, %(now)s);

-- name: hold
-- Those of our messages that nobody else has read since we did, locked until commit.
select * from linernotes.hold_leases(%(queue)s, %(msg_ids)s, %(read_counts)s);

-- name: renew
select linernotes.renew_leases(%(queue)s, %(msg_ids)s, %(read_counts)s, %(lease)s, %(now)s);

-- name: release
select linernotes.release_locks(%(queue)s, %(msg_ids)s, %(read_counts)s);

-- name: finish
select linernotes.finish_messages(%(queue)s, %(rows)s, %(now)s);

-- name: postpone
select linernotes.postpone_messages(%(queue)s, %(rows)s, %(now)s);

-- name: bury
select linernotes.bury_messages(%(queue)s, %(rows)s, %(now)s);

-- name: send
select linernotes.send_once(%(queue)s, %(rows)s, %(now)s);

-- name: measure
-- One row a batch: when it began, and what became of it.
insert into public.queue_metrics
    (queue_name, operation, started_at, finished_at, success_count, error_count, processed_count, details, created_at)
values (%(queue)s, 'batch', %(started_at)s, %(now)s, %(done)s, %(failed)s, %(processed)s, %(details)s, %(now)s);

-- name: depths
-- How much waits on each queue: visible now, in somebody's hands or delayed, parked, and when the next can go on.
select r.queue_name, m.visible, m.hidden, m.next_at, m.oldest_at, m.parked
from public.queue_registry r
cross join lateral linernotes.queue_depth(r.queue_name, %(now)s) m
order by r.id;

-- name: suspect
select linernotes.suspect_waits(%(queue)s, %(now)s);

-- name: free
select linernotes.free_dead_worker(%(queues)s, %(worker)s, %(killed)s, %(now)s);

-- name: with_work
select linernotes.queues_with_work(%(queues)s, %(now)s);

-- name: ripe
select linernotes.batch_is_ripe(%(queue)s, %(upstream)s, %(full)s, %(patience)s, %(now)s);
