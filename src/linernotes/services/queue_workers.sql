-- name: active_queues
select r.queue_name from public.queue_registry r where r.active order by r.id;

-- name: usual_sizes
-- How many messages the scheduled job of each queue takes; one queue has one job.
select j.queue_name, min(j.batch_size) as batch_size
from linernotes.jobs j
where j.queue_name is not null and j.batch_size is not null
group by j.queue_name;
