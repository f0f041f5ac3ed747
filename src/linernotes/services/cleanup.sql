-- name: dead_locks
-- The locks that may go: those that the clean-up removes are among them.
select l.entity_type, l.entity_id from public.processing_locks l
where l.last_heartbeat < clock_timestamp() - make_interval(mins => %(minutes)s)
for update skip locked;

-- name: clean_up
select public.cleanup_stale_entities(%(minutes)s);

-- name: cleaned
-- What the clean-up at that time touched: of these locks those that are gone, and the entities it set back.
select d.entity_type, d.entity_id
from unnest(%(types)s::text[], %(ids)s::text[]) as d(entity_type, entity_id)
where not exists (select from public.processing_locks l
                  where l.entity_type = d.entity_type and l.entity_id = d.entity_id)
union
select s.entity_type, s.entity_id from public.processing_status s
where s.state = 'PENDING' and s.updated_at = %(at)s and s.metadata ? 'cleanup_history';
