-- name: known
select exists (select from public.queue_registry r where r.queue_name = %(queue)s);

-- name: clear
-- Messages that wait are not touched: they are worked on all the same.
delete from linernotes.idempotency_keys k where %(queue)s::text is null or k.queue_name = %(queue)s;
