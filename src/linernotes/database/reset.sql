-- Everything of ours out of a database, and nothing else: it may be shared with other programs.

-- name: functions
-- Every function that we made in public, as it is dropped.
select p.oid::regprocedure::text as signature
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where n.nspname = 'public'
  and p.proname = any (%(names)s)
  and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e');

-- name: queues
-- Our queues with their archives. PGMQ itself stays: other programs may use it.
select pgmq.drop_queue(queue_name) from pgmq.list_queues() where queue_name = any (%(queues)s);

-- name: schema
-- All that hangs on it goes too.
drop schema if exists linernotes cascade;

-- name: table
-- One that a migration of ours made.
drop table if exists {} cascade;

-- name: forget_versions
delete from supabase_migrations.schema_migrations where version = any (%(versions)s);
