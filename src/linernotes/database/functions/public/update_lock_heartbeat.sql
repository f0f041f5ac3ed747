-- Show that the holder of a lock is alive, so that the lock does not expire; one that expired but was not taken is
-- renewed. False for no lock, another worker or (when p_correlation_id is given) another correlation id.
create or replace function public.update_lock_heartbeat(
    p_entity_type text, p_entity_id text, p_worker_id text, p_correlation_id text
) returns boolean language plpgsql security definer set search_path = '' as $$
begin
    update public.processing_locks l
    set last_heartbeat = clock_timestamp()
    where l.entity_type = p_entity_type and l.entity_id = p_entity_id and l.worker_id = p_worker_id
      and (p_correlation_id is null or l.correlation_id = p_correlation_id);
    return found;
end
$$;
revoke all on function public.update_lock_heartbeat(text, text, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.update_lock_heartbeat(text, text, text, text) to service_role;
