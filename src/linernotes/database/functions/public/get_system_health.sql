-- Give one report on queues, entities and workers with an overall verdict: 'unhealthy' above 10 stuck messages, 10
-- stalled entities or 5 unresolved issues of the last hour; 'warning' when any of the three is above 0; else
-- 'healthy'. Each of the three reports is made once.
create or replace function public.get_system_health() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
    v_queues jsonb;
    v_processing jsonb;
    v_issues jsonb;
    v_recent bigint;
    v_worst bigint[];
begin
    select jsonb_build_object(
        'total_queues', count(*),
        'queues_with_stuck_messages', count(*) filter (where q.stuck_messages > 0),
        'total_stuck_messages', coalesce(sum(q.stuck_messages), 0),
        'details', coalesce(jsonb_agg(jsonb_build_object(
            'queue_name', q.queue, 'total', q.total_messages, 'stuck', q.stuck_messages) order by q.queue), '[]'))
    into v_queues
    from public.diagnose_queue_tables() q;

    select jsonb_build_object(
        'entities_in_progress', coalesce(sum(s.in_progress_count), 0),
        'entities_stalled', coalesce(sum(s.stalled_count), 0),
        'entities_failed', coalesce(sum(s.failed_count), 0),
        'entities_dead_lettered', coalesce(sum(s.dead_lettered_count), 0),
        'details', coalesce(jsonb_agg(jsonb_build_object(
            'entity_type', s.entity_type, 'in_progress', s.in_progress_count, 'stalled', s.stalled_count,
            'failed', s.failed_count) order by s.total_count desc, s.entity_type), '[]'))
    into v_processing
    from public.get_processing_stats() s;

    select jsonb_build_object(
        'total_unresolved_issues', coalesce(sum(i.unresolved_count), 0),
        'workers_with_issues', count(distinct i.worker_name) filter (where i.unresolved_count > 0),
        'latest_issue_time', max(i.latest_issue),
        'details', coalesce(jsonb_agg(jsonb_build_object(
            'worker_name', i.worker_name, 'issue_type', i.issue_type, 'unresolved', i.unresolved_count,
            'latest', i.latest_issue) order by i.latest_issue desc nulls last, i.worker_name, i.issue_type), '[]'))
    into v_issues
    from public.get_worker_issue_stats() i;

    select count(*) into v_recent
    from public.worker_issues w
    where not w.resolved and w.created_at > now() - interval '1 hour';

    v_worst := array[(v_queues ->> 'total_stuck_messages')::bigint, (v_processing ->> 'entities_stalled')::bigint,
                     v_recent];
    return jsonb_build_object(
        'timestamp', statement_timestamp(),
        'overall_status', case
            when v_worst[1] > 10 or v_worst[2] > 10 or v_worst[3] > 5 then 'unhealthy'
            when 0 < any (v_worst) then 'warning'
            else 'healthy' end,
        'queues', v_queues, 'processing', v_processing, 'worker_issues', v_issues);
end
$$;
revoke all on function public.get_system_health() from public, anon, authenticated, service_role;
grant execute on function public.get_system_health() to service_role;
