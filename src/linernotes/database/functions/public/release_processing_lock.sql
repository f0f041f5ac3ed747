-- Give the lock of an entity back, whoever holds it. False when there was none.
create or replace function public.release_processing_lock(p_entity_type text, p_entity_id text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    delete from public.processing_locks l where l.entity_type = p_entity_type and l.entity_id = p_entity_id;
    return found;
end
$$;
revoke all on function public.release_processing_lock(text, text) from public, anon, authenticated, service_role;
grant execute on function public.release_processing_lock(text, text) to service_role;
