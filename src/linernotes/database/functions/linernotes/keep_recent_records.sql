-- The job retention-job: what is older than so many days goes: metrics, events, settled issues, runs of jobs, dead
-- letters that were put back, keys of work that has not been fresh for so long (to have none means the same), and
-- discoveries that were asked for. Who was shown contacts is kept for a year at least; sessions that are over go at once.
-- Returns the numbers removed.
create or replace function linernotes.keep_recent_records(
    p_keep_days integer default 30, p_now timestamptz default clock_timestamp()
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_before timestamptz := p_now - make_interval(days => p_keep_days);
    v_runs bigint;
    v_letters bigint;
    v_keys bigint;
    v_discoveries bigint;
    v_reads bigint;
    v_sessions bigint;
begin
    delete from linernotes.job_runs r where r.started_at < v_before and r.finished_at is not null;
    get diagnostics v_runs = row_count;
    delete from linernotes.dead_letters d where d.replayed_at < v_before;
    get diagnostics v_letters = row_count;
    delete from linernotes.idempotency_keys k where k.done_at is not null and k.fresh_until < v_before;
    get diagnostics v_keys = row_count;
    delete from linernotes.discoveries d where d.started_at < v_before;
    get diagnostics v_discoveries = row_count;
    delete from linernotes.contact_reads c where c.read_at < p_now - make_interval(days => greatest(p_keep_days, 365));
    get diagnostics v_reads = row_count;
    delete from linernotes.sessions x where x.expires_at < p_now;
    get diagnostics v_sessions = row_count;
    return linernotes.contract_prune_records(v_before) || jsonb_build_object(
        'job_runs', v_runs, 'dead_letters', v_letters, 'idempotency_keys', v_keys,
        'discoveries', v_discoveries, 'contact_reads', v_reads, 'sessions', v_sessions);
end
$$;
