-- The job processing-states-monitor-job: entities that were left IN_PROGRESS go back to PENDING, with a note under
-- auto_cleanup in their metadata; an expired lock of theirs goes too, and an entity with a live lock is left alone.
-- Age counts from last_processed_at, or from updated_at where that is null. Writes one monitoring event when it freed
-- any. Returns how many.
create or replace function linernotes.free_unfinished_entities(
    p_older_than_minutes integer default 120, p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_freed integer;
begin
    with freed as (
        update public.processing_status s
        set state = 'PENDING', updated_at = p_now,
            metadata = coalesce(s.metadata, '{}') || jsonb_build_object('auto_cleanup', jsonb_build_object(
                'previous_state', s.state, 'cleaned_at', p_now))
        where s.state = 'IN_PROGRESS'
          and coalesce(s.last_processed_at, s.updated_at, s.created_at, '-infinity')
              < p_now - make_interval(mins => p_older_than_minutes)
          and not exists (
              select from public.processing_locks l
              where l.entity_type = s.entity_type and l.entity_id = s.entity_id
                and l.last_heartbeat + make_interval(secs => l.ttl_seconds) >= p_now)
        returning s.entity_type, s.entity_id
    ), unlocked as (
        delete from public.processing_locks l using freed f
        where l.entity_type = f.entity_type and l.entity_id = f.entity_id
    )
    select count(*)::integer into v_freed from freed;
    if v_freed > 0 then
        insert into public.monitoring_events (event_type, details, created_at)
        values ('processing_states_monitor', jsonb_build_object('entities_freed', v_freed), p_now);
    end if;
    return v_freed;
end
$$;
