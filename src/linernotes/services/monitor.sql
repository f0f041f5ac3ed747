-- name: monitor
select queue_name, total, stuck, messages_reset, error
from linernotes.monitor_queues(%(threshold_minutes)s, %(auto_fix)s);

-- name: reset
-- Free what is stuck, on one queue or on all that there are; how many.
with known as materialized (
    select r.queue_name from public.queue_registry r
    where linernotes.queue_table(r.queue_name) is not null
      and (%(queue)s::text is null or r.queue_name = %(queue)s)
)
select k.queue_name as queue, public.reset_stuck_messages(k.queue_name, %(minutes)s) as freed
from known k;
