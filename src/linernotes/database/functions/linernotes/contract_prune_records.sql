-- Retention: remove what queue_metrics, monitoring_events and the settled worker_issues hold from before a time.
-- An operation whose row is gone could be done again, so keep more than messages live. Returns the numbers removed.
create or replace function linernotes.contract_prune_records(p_before timestamptz) returns jsonb
language sql set search_path = '' as $$
    with metrics as (
        delete from public.queue_metrics where created_at < p_before returning 1
    ), events as (
        delete from public.monitoring_events where created_at < p_before returning 1
    ), issues as (
        delete from public.worker_issues where resolved and created_at < p_before returning 1
    )
    select jsonb_build_object(
        'queue_metrics', (select count(*) from metrics),
        'monitoring_events', (select count(*) from events),
        'worker_issues', (select count(*) from issues));
$$;
revoke all on function linernotes.contract_prune_records(timestamptz) from public;
