-- Count entities by type and state, the type with the most first. An entity is stalled when it is IN_PROGRESS and was
-- last processed (or, when never, last updated) more than 30 minutes ago. One pass over the table.
create or replace function public.get_processing_stats()
returns table (
    entity_type text, total_count bigint, pending_count bigint, in_progress_count bigint, completed_count bigint,
    failed_count bigint, dead_lettered_count bigint, stalled_count bigint
) language sql stable security invoker set search_path = '' as $$
    select s.entity_type, count(*),
           count(*) filter (where s.state = 'PENDING'),
           count(*) filter (where s.state = 'IN_PROGRESS'),
           count(*) filter (where s.state = 'COMPLETED'),
           count(*) filter (where s.state = 'FAILED'),
           count(*) filter (where s.dead_lettered),
           count(*) filter (where s.state = 'IN_PROGRESS'
                              and coalesce(s.last_processed_at, s.updated_at) < now() - interval '30 minutes')
    from public.processing_status s
    group by s.entity_type
    order by count(*) desc, s.entity_type;
$$;
revoke all on function public.get_processing_stats() from public, anon, authenticated, service_role;
grant execute on function public.get_processing_stats() to service_role;
