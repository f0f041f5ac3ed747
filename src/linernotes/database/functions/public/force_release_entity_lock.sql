-- Free an entity whatever state its lock is in: the lock goes, and a state IN_PROGRESS becomes PENDING (noted under
-- forced_reset in metadata). True when either happened, false when there was nothing to do (decision D9).
create or replace function public.force_release_entity_lock(p_entity_type text, p_entity_id text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_released boolean;
begin
    delete from public.processing_locks l where l.entity_type = p_entity_type and l.entity_id = p_entity_id;
    v_released := found;
    update public.processing_status s
    set state = 'PENDING', updated_at = now(),
        metadata = coalesce(linernotes.contract_object_or_null(s.metadata), '{}')
            || jsonb_build_object('forced_reset', jsonb_build_object('reset_at', now(), 'previous_state', s.state))
    where s.entity_type = p_entity_type and s.entity_id = p_entity_id and s.state = 'IN_PROGRESS';
    return v_released or found;
end
$$;
revoke all on function public.force_release_entity_lock(text, text) from public, anon, authenticated, service_role;
grant execute on function public.force_release_entity_lock(text, text) to service_role;
