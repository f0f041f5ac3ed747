-- Tell whether any session of this database holds the advisory lock that a text names. Who waits does not count.
-- Raises 22023 for a null key. (PostgreSQL shows the 64 bits of a key as two halves, classid and objid.)
create or replace function public.pg_advisory_lock_exists(p_key text) returns boolean
language plpgsql security invoker set search_path = '' as $$
declare
    v_key bigint := ('x' || left(md5(p_key), 16))::bit(64)::bigint;
begin
    if p_key is null then
        raise exception using errcode = '22023', message = 'p_key must not be null';
    end if;
    return exists (
        select from pg_catalog.pg_locks l
        where l.locktype = 'advisory' and l.granted and l.objsubid = 1
          and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
          and l.classid = ((v_key >> 32) & 4294967295)::oid and l.objid = (v_key & 4294967295)::oid);
end
$$;
revoke all on function public.pg_advisory_lock_exists(text) from public, anon, authenticated, service_role;
grant execute on function public.pg_advisory_lock_exists(text) to service_role;
