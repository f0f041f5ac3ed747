-- Take the advisory lock that a text names, waiting at most p_timeout_ms milliseconds; 0 is one attempt.
-- It waits in PostgreSQL's own queue for the lock, first come first served, instead of asking again and again.
-- Raises 22023 for a null key and a null or negative time.
create or replace function public.pg_advisory_lock_timeout(p_key text, p_timeout_ms integer) returns boolean
language plpgsql security invoker set search_path = '' as $$
declare
    v_key bigint := ('x' || left(md5(p_key), 16))::bit(64)::bigint;
    v_until timestamptz := clock_timestamp() + p_timeout_ms * interval '1 millisecond';
    v_before text := current_setting('lock_timeout');
    v_left integer;
begin
    if p_key is null or p_timeout_ms is null or p_timeout_ms < 0 then
        raise exception using errcode = '22023',
            message = 'p_key must not be null, and p_timeout_ms must be 0 or more';
    end if;
    if pg_catalog.pg_try_advisory_lock(v_key) then
        return true;
    end if;
    while clock_timestamp() < v_until loop
        v_left := ceil(extract(epoch from v_until - clock_timestamp()) * 1000)::integer;
        begin
            perform set_config('lock_timeout', greatest(v_left, 1)::text, true);
            perform pg_catalog.pg_advisory_lock(v_key);
            perform set_config('lock_timeout', v_before, true);
            return true;
        exception
            when lock_not_available then
                null;  -- the time is up
            when deadlock_detected then
                perform pg_sleep(least(v_left, 50) / 1000.0);  -- the other one may give way
        end;
    end loop;
    return false;
end
$$;
revoke all on function public.pg_advisory_lock_timeout(text, integer) from public, anon, authenticated, service_role;
grant execute on function public.pg_advisory_lock_timeout(text, integer) to service_role;
