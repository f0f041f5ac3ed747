-- Take over the lock of a worker that died: one that has expired by its own time (decision D3). Who held it is
-- appended to lock_history in metadata; ttl_seconds and acquired_at stay. False, and nothing changes, when the lock
-- is alive or absent; of several sessions at once one gets true. Raises 22023 for a blank p_new_worker_id.
create or replace function public.claim_stale_lock(
    p_entity_type text, p_entity_id text, p_new_worker_id text, p_correlation_id text
) returns boolean language plpgsql security definer set search_path = '' as $$
begin
    if p_new_worker_id is null or btrim(p_new_worker_id) = '' then
        raise exception using errcode = '22023', message = 'p_new_worker_id must not be blank';
    end if;
    update public.processing_locks l
    set worker_id = p_new_worker_id,
        correlation_id = coalesce(p_correlation_id, l.correlation_id),
        last_heartbeat = clock_timestamp(),
        metadata = linernotes.contract_append(l.metadata, 'lock_history', jsonb_build_object(
            'previous_worker', l.worker_id, 'claimed_at', clock_timestamp(), 'claimed_by', p_new_worker_id))
    where l.entity_type = p_entity_type and l.entity_id = p_entity_id
      and l.last_heartbeat + make_interval(secs => l.ttl_seconds) < clock_timestamp();
    return found;
end
$$;
revoke all on function public.claim_stale_lock(text, text, text, text) from public, anon, authenticated, service_role;
grant execute on function public.claim_stale_lock(text, text, text, text) to service_role;
