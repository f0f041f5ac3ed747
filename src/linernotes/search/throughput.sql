-- name: throughput
-- What the batches of each queue finished and failed, in steps of five minutes; 0 is the step that began last.
select r.queue_name as queue, b.step, b.done, b.failed
from public.queue_registry r
cross join lateral (
    select floor(extract(epoch from %(now)s::timestamptz - m.created_at) / %(seconds)s)::int as step,
           coalesce(sum(m.success_count), 0)::int as done, coalesce(sum(m.error_count), 0)::int as failed
    from public.queue_metrics m
    where m.queue_name = r.queue_name and m.operation = 'batch'
      and m.created_at > %(now)s::timestamptz - %(steps)s * %(seconds)s * interval '1 second'
      and m.created_at <= %(now)s::timestamptz
    group by 1
) b
order by r.id, b.step desc;
