-- The migrations' own book-keeping. Every statement runs on one direct connection, which holds the lock.

-- name: try_lock
-- One runner at a time. Never the waiting form: a session that waits in it holds a snapshot, and
-- `create index concurrently` in the runner that has the lock would wait for that snapshot for ever.
select pg_try_advisory_lock(hashtextextended('linernotes.migrate', 0)) as held;

-- name: create_state
-- The first table is the Supabase CLI's, as it makes it; the second is ours, since the CLI keeps no checksums.
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
    version text not null primary key, statements text[], name text
);
create schema if not exists linernotes;
create table if not exists linernotes.applied_files (
    path text primary key, sha256 text not null, applied_at timestamptz not null default now()
);

-- name: has_state
select to_regclass('supabase_migrations.schema_migrations') is not null
   and to_regclass('linernotes.applied_files') is not null as here;

-- name: applied_versions
select version from supabase_migrations.schema_migrations;

-- name: applied_files
select path, sha256 from linernotes.applied_files;

-- name: record_version
insert into supabase_migrations.schema_migrations (version, statements, name)
values (%(version)s, array[%(text)s], %(name)s);

-- name: record_file
insert into linernotes.applied_files (path, sha256) values (%(path)s, %(sha256)s)
on conflict (path) do update set sha256 = excluded.sha256, applied_at = now();

-- name: pgmq
-- Whether PGMQ is here, and whether the server has it as an extension.
select to_regnamespace('pgmq') is not null as here,
       exists (select from pg_available_extensions where name = 'pgmq') as available,
       coalesce((select extversion from pg_extension where extname = 'pgmq'),
                case when to_regnamespace('pgmq') is not null then 'plain SQL' end) as version;

-- name: overloads
-- The functions of one name, each as it is dropped.
select p.oid::regprocedure::text as signature
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = %(schema)s and p.proname = %(name)s;
