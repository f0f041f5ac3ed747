-- The job retention-job: what is older than so many days goes: metrics, events, settled issues, runs of jobs, dead
-- letters that were put back, and keys of work that has not been fresh for so long (to have none means the same).
-- Returns the numbers removed.
create or replace function linernotes.keep_recent_records(
    p_keep_days integer default 30, p_now timestamptz default clock_timestamp()
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_before timestamptz := p_now - make_interval(days => p_keep_days);
    v_runs bigint;
    v_letters bigint;
    v_keys bigint;
begin
    delete from linernotes.job_runs r where r.started_at < v_before and r.finished_at is not null;
    get diagnostics v_runs = row_count;
    delete from linernotes.dead_letters d where d.replayed_at < v_before;
    get diagnostics v_letters = row_count;
    delete from linernotes.idempotency_keys k where k.done_at is not null and k.fresh_until < v_before;
    get diagnostics v_keys = row_count;
    return linernotes.contract_prune_records(v_before) || jsonb_build_object(
        'job_runs', v_runs, 'dead_letters', v_letters, 'idempotency_keys', v_keys);
end
$$;
