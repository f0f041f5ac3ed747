-- Take the lock of one entity for a limited time. True when it was free or had expired (decision D3).
-- The worker id is p_correlation_id when given, so that the holder can send heartbeats (decision D4), else generated.
-- Raises 22023 for a blank entity or a time below one minute.
create or replace function public.acquire_processing_lock(
    p_entity_type text, p_entity_id text, p_timeout_minutes integer default 30, p_correlation_id text default null
) returns boolean language plpgsql security definer set search_path = '' as $$
begin
    if p_entity_type is null or btrim(p_entity_type) = '' or p_entity_id is null or btrim(p_entity_id) = '' then
        raise exception using errcode = '22023', message = 'p_entity_type and p_entity_id must not be blank';
    elsif p_timeout_minutes is null or p_timeout_minutes not between 1 and 525600 then
        raise exception using errcode = '22023',
            message = 'p_timeout_minutes must be at least 1, and at most 525600 (a year)';
    end if;
    insert into public.processing_locks as l
        (entity_type, entity_id, worker_id, correlation_id, ttl_seconds, acquired_at, last_heartbeat)
    values (p_entity_type, p_entity_id, coalesce(nullif(btrim(p_correlation_id), ''), gen_random_uuid()::text),
            p_correlation_id, p_timeout_minutes * 60, clock_timestamp(), clock_timestamp())
    on conflict (entity_type, entity_id) do update
        set worker_id = excluded.worker_id, correlation_id = excluded.correlation_id,
            ttl_seconds = excluded.ttl_seconds, acquired_at = clock_timestamp(),
            last_heartbeat = clock_timestamp(), metadata = '{}'
        where l.last_heartbeat + make_interval(secs => l.ttl_seconds) < clock_timestamp();
    return found;
end
$$;
revoke all on function public.acquire_processing_lock(text, text, integer, text)
    from public, anon, authenticated, service_role;
grant execute on function public.acquire_processing_lock(text, text, integer, text) to service_role;
