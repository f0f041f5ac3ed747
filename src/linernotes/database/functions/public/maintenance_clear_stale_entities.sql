-- Entry point for the job that cleans stale entities: what cleanup_stale_entities does, with the same answer and one
-- monitoring event.
create or replace function public.maintenance_clear_stale_entities(p_stale_threshold_minutes integer default 60)
returns jsonb language plpgsql security definer set search_path = '' as $$
begin
    return public.cleanup_stale_entities(p_stale_threshold_minutes);
end
$$;
revoke all on function public.maintenance_clear_stale_entities(integer)
    from public, anon, authenticated, service_role;
grant execute on function public.maintenance_clear_stale_entities(integer) to service_role;
