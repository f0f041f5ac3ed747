-- name: letters
-- The dead letters, newest first.
select d.id, d.queue_name as queue, d.msg_id, d.step, d.error_class, d.error, d.attempts, d.first_at, d.last_at,
       d.worker, d.replayed_at, d.message
from linernotes.dead_letters d
where (%(queue)s::text is null or d.queue_name = %(queue)s) and (%(replayed)s or d.replayed_at is null)
order by d.last_at desc, d.msg_id desc
limit %(limit)s;

-- name: replay
select linernotes.replay_dead_letters(%(queue)s, %(ids)s, %(now)s);

-- name: peek
select p.msg_id, p.read_ct, p.enqueued_at, p.vt, p.attempts, p.message
from linernotes.peek_queue(%(queue)s, %(limit)s) p;

-- name: purge
select linernotes.purge_queue(%(queue)s);

-- name: given_up
-- Why messages with these keys were given up, those that were not put back or sent again since.
select distinct on (d.message ->> '_idempotencyKey') d.error
from linernotes.dead_letters d
where d.queue_name = %(queue)s and d.message ->> '_idempotencyKey' = any (%(keys)s) and d.replayed_at is null
  and not exists (
      select from linernotes.idempotency_keys k
      where k.queue_name = d.queue_name and k.key = d.message ->> '_idempotencyKey')
order by d.message ->> '_idempotencyKey', d.last_at desc;
