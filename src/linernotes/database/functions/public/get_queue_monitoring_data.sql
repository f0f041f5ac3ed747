-- Give one line for each registered queue, active or not: its load as diagnose_queue_tables counts it (0 when it does
-- not exist), and when queue_monitor last looked at it within 24 hours, with the number of messages it freed then
-- (0 when the event gives no number).
create or replace function public.get_queue_monitoring_data()
returns table (
    queue_name text, total_messages bigint, stuck_messages bigint, last_check_time timestamptz, messages_fixed integer
) language sql stable security definer set search_path = '' as $$
    with load as materialized (
        select d.queue, d.total_messages, d.stuck_messages from public.diagnose_queue_tables() d
    ), seen as materialized (
        select distinct on (e.details ->> 'queue_name')
               e.details ->> 'queue_name' as queue, e.created_at, e.details ->> 'messagesReset' as fixed
        from public.monitoring_events e
        where e.event_type = 'queue_monitor' and e.created_at > now() - interval '24 hours'
          and e.details ? 'queue_name'
        order by e.details ->> 'queue_name', e.created_at desc, e.id desc
    )
    select r.queue_name, coalesce(l.total_messages, 0), coalesce(l.stuck_messages, 0), s.created_at,
           case when s.fixed ~ '^[0-9]{1,9}$' then s.fixed::integer else 0 end
    from public.queue_registry r
    left join load l on l.queue = r.queue_name
    left join seen s on s.queue = r.queue_name
    order by r.queue_name;
$$;
revoke all on function public.get_queue_monitoring_data() from public, anon, authenticated, service_role;
grant execute on function public.get_queue_monitoring_data() to service_role;
