-- Jobs that keep a ledger of their own: one row for each execution that was carried out, apart from linernotes.job_runs.
-- What was begun is counted by a sequence, which no rollback takes back. The transaction is the tie between both: the
-- row of job_runs is written last by the transaction that did the work.
create table audit.executions (
    begun bigint not null,
    job text not null,
    xid xid not null default pg_current_xact_id()::xid
);
create sequence audit.begun;

create function linernotes.keep_ledger(job text, seconds float) returns void
language plpgsql security definer set search_path = '' as $$
begin
    insert into audit.executions (begun, job) values (nextval('audit.begun'), keep_ledger.job);
    perform pg_sleep(seconds);
end
$$;

delete from linernotes.jobs;
insert into linernotes.jobs (name, schedule, runs, target, arguments, purpose)
select format('job %s', n), format('%s/4 * * * * *', n), 'function', 'linernotes.keep_ledger',
       jsonb_build_object('job', format('job %s', n), 'seconds', 0.1 + 0.15 * n), 'for a trial'
from generate_series(0, 3) n;
