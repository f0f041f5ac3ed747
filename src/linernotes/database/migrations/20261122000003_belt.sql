-- The belt between the stages (beside PGMQ's own tables) and what all workers share: budgets, cache, keys.

create table linernotes.idempotency_keys (
    queue_name text not null,
    key text not null,
    msg_id bigint,
    sent_at timestamptz,
    done_at timestamptz,
    fresh_until timestamptz,
    primary key (queue_name, key)
);
comment on table linernotes.idempotency_keys is
    'A key with msg_id is on its way, one with done_at is done and stays so until fresh_until.';
create index idempotency_keys_fresh_until_idx on linernotes.idempotency_keys (fresh_until);

create table linernotes.dead_letters (
    id uuid primary key default linernotes.new_uuid(),
    queue_name text not null,
    msg_id bigint not null,
    message jsonb not null,
    step text not null,
    error_class text not null,
    error text not null,
    attempts integer not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    worker text not null,
    replayed_at timestamptz,
    replayed_as bigint,
    unique (queue_name, msg_id)
);
create index dead_letters_last_at_idx on linernotes.dead_letters (last_at);

create table linernotes.budgets (
    source text primary key,
    next_at timestamptz not null,
    paused_until timestamptz,
    paused_why text,
    calls bigint not null default 0,
    cached bigint not null default 0
);
comment on table linernotes.budgets is 'When each source may be called next, for all processes and machines together.';

create table linernotes.responses (
    source text not null,
    request text not null,
    status integer not null,
    body bytea not null,
    fetched_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (source, request)
);
create index responses_expires_at_idx on linernotes.responses (expires_at);
