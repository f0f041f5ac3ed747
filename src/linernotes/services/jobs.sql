-- name: jobs
-- The jobs, the tick that each had last, and what time it is for everybody.
select j.name, j.schedule, j.runs, j.target, j.arguments, j.batch_size,
       greatest(j.since, (select max(r.due_at) from linernotes.job_runs r where r.job = j.name)) as since,
       coalesce(%(now)s::timestamptz, clock_timestamp()) as now
from linernotes.jobs j
where %(name)s::text is null or j.name = %(name)s
order by j.name;

-- name: claim
select job, id from linernotes.claim_job_runs(%(ticks)s, %(by)s, %(lease)s, %(now)s);

-- name: renew
-- We live: our runs are ours for another lease. A run whose row is held is at work within the database.
with ours as (
    select r.id from linernotes.job_runs r
    where r.id = any (%(ids)s) and r.finished_at is null
    for update skip locked
)
update linernotes.job_runs r
set held_until = coalesce(%(now)s::timestamptz, clock_timestamp()) + %(lease)s
from ours o
where r.id = o.id;

-- name: hold
-- Whether a run is still ours, kept so until the transaction ends.
select r.id from linernotes.job_runs r where r.id = %(id)s and r.finished_at is null for update;

-- name: finish
-- How a run ended; one that was given up as lost meanwhile stays lost.
update linernotes.job_runs r
set finished_at = coalesce(%(now)s::timestamptz, clock_timestamp()), outcome = %(outcome)s, error = %(error)s,
    answer = %(answer)s
where r.id = %(id)s and r.finished_at is null
returning r.id;
