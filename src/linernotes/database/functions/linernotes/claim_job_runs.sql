-- Claim ticks of scheduled jobs: each tick of a job is one row of job_runs, and who makes the row runs the job. So any
-- number of schedulers may ask for the same tick, and one of them gets it.
--
-- p_ticks: [{"job": text, "due_at": timestamptz or null}]; null is a run that a person asks for. Returns the runs that
-- are ours now. A tick is not given when it, or a later one of that job, was given before. While a run of the job
-- still goes on, the tick is written down as skipped; runs of dead runners are written down as lost first, whatever
-- is asked. p_now null means the database's own clock, so that machines need not agree.
create or replace function linernotes.claim_job_runs(
    p_ticks jsonb, p_by text, p_lease interval, p_now timestamptz default null
) returns table (job text, id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_tick record;
begin
    perform linernotes.lose_dead_runs(v_now);
    for v_tick in
        select t.job, t.due_at from jsonb_to_recordset(p_ticks) as t(job text, due_at timestamptz)
        order by t.job, t.due_at
    loop
        perform from linernotes.jobs j where j.name = v_tick.job for update;
        continue when not found;

        continue when exists (
            select from linernotes.job_runs r where r.job = v_tick.job and r.due_at >= v_tick.due_at);

        if exists (select from linernotes.job_runs r where r.job = v_tick.job and r.finished_at is null) then
            insert into linernotes.job_runs (job, due_at, started_at, held_until, finished_at, outcome, error, run_by)
            select v_tick.job, v_tick.due_at, v_now, v_now, v_now, 'skipped', 'the run before it still went on', p_by
            where v_tick.due_at is not null;
            continue;
        end if;

        insert into linernotes.job_runs as r (job, due_at, started_at, held_until, run_by)
        values (v_tick.job, v_tick.due_at, v_now, v_now + p_lease, p_by)
        returning r.job, r.id into job, id;
        return next;
    end loop;
end
$$;
revoke all on function linernotes.claim_job_runs(jsonb, text, interval, timestamptz) from public;
