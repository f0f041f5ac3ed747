-- Remove dead locks and put entities stuck in progress back to PENDING. A lock goes when it has been silent for
-- p_stale_threshold_minutes and has expired by its own time (decision D3); a state is reset when it was last
-- processed (or, when never, last updated) before that and no live lock stands on its entity, with a note in
-- cleanup_history in metadata. Returns what it did, and writes the same as one monitoring event.
-- Raises 22023 for a threshold that is null or below 1.
create or replace function public.cleanup_stale_entities(p_stale_threshold_minutes integer default 60) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
    v_now timestamptz := clock_timestamp();
    v_locks integer;
    v_states integer;
    v_report jsonb;
begin
    if p_stale_threshold_minutes is null or p_stale_threshold_minutes < 1 then
        raise exception using errcode = '22023', message = 'p_stale_threshold_minutes must be at least 1';
    end if;

    delete from public.processing_locks l
    where l.last_heartbeat < v_now - make_interval(mins => p_stale_threshold_minutes)
      and l.last_heartbeat + make_interval(secs => l.ttl_seconds) < v_now;
    get diagnostics v_locks = row_count;

    update public.processing_status s
    set state = 'PENDING', updated_at = v_now,
        metadata = linernotes.contract_append(s.metadata, 'cleanup_history', jsonb_build_object(
            'cleaned_at', v_now, 'previous_state', s.state))
    where s.state = 'IN_PROGRESS'
      and coalesce(s.last_processed_at, s.updated_at, s.created_at, '-infinity')
          < v_now - make_interval(mins => p_stale_threshold_minutes)
      and not exists (
          select from public.processing_locks l
          where l.entity_type = s.entity_type and l.entity_id = s.entity_id
            and l.last_heartbeat + make_interval(secs => l.ttl_seconds) >= v_now);
    get diagnostics v_states = row_count;

    v_report := jsonb_build_object(
        'timestamp', v_now, 'stale_threshold_minutes', p_stale_threshold_minutes,
        'stale_locks_cleaned', v_locks, 'stale_states_reset', v_states);
    insert into public.monitoring_events (event_type, details) values ('stale_entity_cleanup', v_report);
    return v_report;
end
$$;
revoke all on function public.cleanup_stale_entities(integer) from public, anon, authenticated, service_role;
grant execute on function public.cleanup_stale_entities(integer) to service_role;
