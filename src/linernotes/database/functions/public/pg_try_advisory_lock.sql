-- Try to take the session-level advisory lock that a text names, without waiting. True when taken, or held already
-- (holds are counted); false when another session holds it. The key is the first 64 bits of the text's MD5.
-- Behind a connection pool keep one connection from lock to unlock. Raises 22023 for a null key.
create or replace function public.pg_try_advisory_lock(p_key text) returns boolean
language plpgsql security invoker set search_path = '' as $$
begin
    if p_key is null then
        raise exception using errcode = '22023', message = 'p_key must not be null';
    end if;
    return pg_catalog.pg_try_advisory_lock(('x' || left(md5(p_key), 16))::bit(64)::bigint);
end
$$;
revoke all on function public.pg_try_advisory_lock(text) from public, anon, authenticated, service_role;
grant execute on function public.pg_try_advisory_lock(text) to service_role;
