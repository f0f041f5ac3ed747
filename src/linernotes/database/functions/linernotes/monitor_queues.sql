-- The worker queueMonitor: look at every active queue, free what is stuck when asked to, and write one monitoring event
-- for each (event_type queue_monitor; get_queue_monitoring_data reads it). A queue that cannot be looked at, because its
-- table is gone for instance, is told with its error and does not keep the others from being looked at.
-- stuck counts what was stuck before anything was freed. Raises 22023 for a threshold that is null or negative.
create or replace function linernotes.monitor_queues(
    p_threshold_minutes integer default 5, p_auto_fix boolean default false
) returns table (queue_name text, total bigint, stuck bigint, messages_reset integer, error text)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
    if p_threshold_minutes is null or p_threshold_minutes < 0 then
        raise exception using errcode = '22023', message = 'p_threshold_minutes must be 0 or more';
    end if;
    for queue_name in select r.queue_name from public.queue_registry r where r.active order by r.id loop
        total := 0;
        stuck := 0;
        messages_reset := 0;
        error := null;
        begin
            stuck := (select count(*) from public.list_stuck_messages(queue_name, p_threshold_minutes));
            if p_auto_fix and stuck > 0 then
                messages_reset := public.reset_stuck_messages(queue_name, p_threshold_minutes);
            end if;
            total := coalesce((select d.total_messages from public.diagnose_queue_tables(queue_name) d), 0);
        exception when others then
            total := 0;
            stuck := 0;
            messages_reset := 0;
            error := sqlerrm;
        end;
        insert into public.monitoring_events (event_type, details)
        values ('queue_monitor', jsonb_strip_nulls(jsonb_build_object(
            'queue_name', queue_name, 'total', total, 'stuck', stuck, 'messagesReset', messages_reset, 'error', error)));
        return next;
    end loop;
end
$$;
revoke all on function linernotes.monitor_queues(integer, boolean) from public;
