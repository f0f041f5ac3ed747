-- A source that is down, or that asked everybody to wait, has its own work set aside (functions/linernotes/
-- park_messages.sql), so that it stands in nobody's way and comes back in order, one message first.

alter table linernotes.budgets
    add column failures integer not null default 0,
    add column opened_at timestamptz,
    add column trying_until timestamptz,
    add column probe_at timestamptz,
    add column answered_at timestamptz;
comment on column linernotes.budgets.failures is 'How often in a row the source did not answer, over all processes.';
comment on column linernotes.budgets.opened_at is
    'Since when the source is left alone, null while it is asked as usual. After paused_until one request may try it.';
comment on column linernotes.budgets.trying_until is 'Until when the one request that tries the source has time.';
comment on column linernotes.budgets.probe_at is 'When a parked message was last sent to try the source.';
comment on column linernotes.budgets.answered_at is 'When it last answered after it had been left alone, or had failed.';

create table linernotes.parked_messages (
    queue_name text not null,
    msg_id bigint not null,
    read_ct integer not null,
    enqueued_at timestamptz not null,
    message jsonb not null,
    headers jsonb not null,
    source text not null,
    why text not null,
    parked_at timestamptz not null,
    due timestamptz not null,
    primary key (queue_name, msg_id)
);
comment on table linernotes.parked_messages is
    'Messages that wait for a source, out of their queue meanwhile; due is when the source is expected back.';
create index parked_messages_due_idx on linernotes.parked_messages (queue_name, source, due, msg_id);
create index parked_messages_parked_at_idx on linernotes.parked_messages (queue_name, source, parked_at, msg_id);
