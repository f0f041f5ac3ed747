-- The job retention-job: metrics, events and settled issues older than so many days go. Returns the numbers removed.
create or replace function linernotes.keep_recent_records(
    p_keep_days integer default 30, p_now timestamptz default clock_timestamp()
) returns jsonb language sql set search_path = '' as $$
    select linernotes.contract_prune_records(p_now - make_interval(days => p_keep_days));
$$;
