-- Give back every hold that this session has of the advisory lock that a text names, and return their number.
-- Holds of other sessions stay (decision D11). Raises 22023 for a null key.
create or replace function public.pg_force_advisory_unlock_all(p_key text) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
    v_key bigint := ('x' || left(md5(p_key), 16))::bit(64)::bigint;
    v_holds integer := 0;
begin
    if p_key is null then
        raise exception using errcode = '22023', message = 'p_key must not be null';
    end if;
    loop
        -- Looking first: to give back what is not held would be a WARNING.
        exit when not exists (
            select from pg_catalog.pg_locks l
            where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.mode = 'ExclusiveLock'
              and l.pid = pg_backend_pid()
              and l.classid = ((v_key >> 32) & 4294967295)::oid and l.objid = (v_key & 4294967295)::oid);
        exit when not pg_catalog.pg_advisory_unlock(v_key);
        v_holds := v_holds + 1;
    end loop;
    return v_holds;
end
$$;
revoke all on function public.pg_force_advisory_unlock_all(text) from public, anon, authenticated, service_role;
grant execute on function public.pg_force_advisory_unlock_all(text) to service_role;
