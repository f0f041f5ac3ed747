-- What `linernotes db sql` writes around our own files. Each runs in the transaction of the file it stands in.

-- name: pgmq
-- {version}, for a server that has not got it as an extension. PostgreSQL licence.
do $linernotes_pgmq$
begin
    if to_regnamespace('pgmq') is null
       and not exists (select from pg_available_extensions where name = 'pgmq') then
        execute {text};
    end if;
end
$linernotes_pgmq$;

-- name: files
-- Every file of this release, as `linernotes db migrate` counts them. Of a function also what it says.
create temporary table linernotes_files (
    path text primary key, sha256 text not null, schema text, name text, definition text,
    position integer generated always as identity
);

-- name: migration
insert into linernotes_files values ('{path}', '{sha256}');

-- name: function
insert into linernotes_files values ('{path}', '{sha256}', '{schema}', '{name}', {text});

-- name: apply
-- As `linernotes db migrate` does it: the functions that changed, twice, unchecked first, since they call each other
-- in any order; one whose result or parameters' names changed is dropped first. Then what is here is written down.
do $linernotes_apply$
declare
    v_file record;
    v_in_the_way text[];
    v_hint text;
    v_search_path text := current_setting('search_path');
    v_check text := current_setting('check_function_bodies');
begin
    create schema if not exists linernotes;
    create table if not exists linernotes.applied_files (
        path text primary key, sha256 text not null, applied_at timestamptz not null default now()
    );
    perform set_config('search_path', 'public, extensions', true);
    perform set_config('check_function_bodies', 'off', true);
    delete from pg_temp.linernotes_files f using linernotes.applied_files a
    where a.path = f.path and a.sha256 = f.sha256;
    for v_file in select * from pg_temp.linernotes_files f where f.definition is not null order by f.position loop
        begin
            execute v_file.definition;
        exception when invalid_function_definition then
            get stacked diagnostics v_hint = pg_exception_hint;
            select array_agg(p.oid::regprocedure::text) into v_in_the_way
            from pg_catalog.pg_proc p
            where p.pronamespace = v_file.schema::regnamespace and p.proname = v_file.name;
            if cardinality(v_in_the_way) > 1 then  -- which one, the server says: Use DROP FUNCTION public.f(text) first.
                v_in_the_way := array(
                    select w from unnest(v_in_the_way) w
                    where w = substring(v_hint from 'DROP (?:FUNCTION|PROCEDURE|ROUTINE) (.+\))'));
            end if;
            if v_in_the_way[1] is null then
                raise;
            end if;
            execute 'drop routine ' || v_in_the_way[1];
            execute v_file.definition;
        end;
    end loop;
    perform set_config('check_function_bodies', 'on', true);
    for v_file in select * from pg_temp.linernotes_files f where f.definition is not null order by f.position loop
        execute v_file.definition;
    end loop;
    insert into linernotes.applied_files (path, sha256)
    select f.path, f.sha256 from pg_temp.linernotes_files f
    on conflict (path) do update set sha256 = excluded.sha256, applied_at = now()
    where excluded.path like 'functions/%';
    perform set_config('check_function_bodies', v_check, true);
    perform set_config('search_path', v_search_path, true);
end
$linernotes_apply$;
drop table pg_temp.linernotes_files;
