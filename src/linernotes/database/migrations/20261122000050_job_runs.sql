-- The trace of the scheduled jobs. A tick of a job is one row: who makes it runs the job, so any number of schedulers
-- may be up and each tick fires once.

-- Ticks count from here: a job that is new today has not missed those of yesterday.
alter table linernotes.jobs add column since timestamptz not null default now();
comment on column linernotes.jobs.since is 'Ticks before this are not made up for.';

-- chore: a piece of house-keeping of ours that is no worker of the contract, since it needs more than SQL.
alter table linernotes.jobs drop constraint jobs_runs_check;
alter table linernotes.jobs add constraint jobs_runs_check check (runs in ('worker', 'function', 'chore'));

create table linernotes.job_runs (
    id uuid primary key default gen_random_uuid(),
    job text not null references linernotes.jobs (name) on update cascade on delete cascade,
    due_at timestamptz,
    started_at timestamptz not null,
    held_until timestamptz not null,
    finished_at timestamptz,
    outcome text check (outcome in ('done', 'failed', 'lost', 'skipped')),
    error text,
    answer jsonb,
    run_by text not null,
    unique (job, due_at),
    check ((finished_at is null) = (outcome is null))
);
comment on table linernotes.job_runs is
    'Each run of a job. due_at is null when a person started it. Its runner moves held_until on; past it, the run is lost.';
create index job_runs_latest_idx on linernotes.job_runs (job, started_at desc);
create index job_runs_open_idx on linernotes.job_runs (job) where finished_at is null;
create index job_runs_started_idx on linernotes.job_runs (started_at);

-- The dead letters that wait for somebody, newest first, page by page: of one queue, and of all.
create index dead_letters_open_idx on linernotes.dead_letters (queue_name, last_at desc, id desc)
    where replayed_at is null;
create index dead_letters_latest_idx on linernotes.dead_letters (last_at desc, id desc);
drop index linernotes.dead_letters_last_at_idx;
