-- Count worker issues by worker and kind, the pair with the newest issue first, with that issue's message.
-- One pass over the table, and one look into its index for each pair.
create or replace function public.get_worker_issue_stats()
returns table (
    worker_name text, issue_type text, issue_count bigint, resolved_count bigint, unresolved_count bigint,
    latest_issue timestamptz, latest_message text
) language sql stable security invoker set search_path = '' as $$
    select g.worker_name, g.issue_type, g.issues, g.resolved, g.issues - g.resolved, g.latest, n.message
    from (
        select i.worker_name, i.issue_type, count(*) as issues, count(*) filter (where i.resolved) as resolved,
               max(i.created_at) as latest
        from public.worker_issues i
        group by i.worker_name, i.issue_type
    ) g
    left join lateral (
        select i.message
        from public.worker_issues i
        where i.worker_name = g.worker_name and i.issue_type = g.issue_type and i.created_at = g.latest
        order by i.id desc
        limit 1
    ) n on true
    order by g.latest desc nulls last, g.worker_name, g.issue_type;
$$;
revoke all on function public.get_worker_issue_stats() from public, anon, authenticated, service_role;
grant execute on function public.get_worker_issue_stats() to service_role;
