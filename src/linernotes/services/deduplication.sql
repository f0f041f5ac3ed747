-- name: clear
-- Messages that wait are not touched: they are worked on all the same.
delete from linernotes.idempotency_keys k where %(queue)s::text is null or k.queue_name = %(queue)s;
