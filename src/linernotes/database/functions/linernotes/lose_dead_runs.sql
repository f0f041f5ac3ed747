-- Runs of jobs whose runner gave no sign of life for the length of its lease are written down as lost. Returns how many.
-- Whoever holds the row itself is at work within the database at this moment, whatever its lease says.
create or replace function linernotes.lose_dead_runs(p_now timestamptz default clock_timestamp())
returns integer language plpgsql set search_path = '' as $$
declare
    v_lost integer;
begin
    with dead as (
        select r.id from linernotes.job_runs r
        where r.finished_at is null and r.held_until <= p_now
        for update skip locked
    )
    update linernotes.job_runs r
    set finished_at = p_now, outcome = 'lost', error = format('%s gave no sign of life any more', r.run_by)
    from dead d
    where r.id = d.id;
    get diagnostics v_lost = row_count;
    return v_lost;
end
$$;
revoke all on function linernotes.lose_dead_runs(timestamptz) from public;
