-- Give back one hold of the advisory lock that a text names. False when this session does not hold it.
-- Raises 22023 for a null key.
create or replace function public.pg_advisory_unlock(p_key text) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
    if p_key is null then
        raise exception using errcode = '22023', message = 'p_key must not be null';
    end if;
    return pg_catalog.pg_advisory_unlock(('x' || left(md5(p_key), 16))::bit(64)::bigint);
end
$$;
revoke all on function public.pg_advisory_unlock(text) from public, anon, authenticated, service_role;
grant execute on function public.pg_advisory_unlock(text) to service_role;
