-- Who was forgotten, so that nothing brings them back: keyed hashes and no value. The key stands outside the database.

create table linernotes.forget_receipts (
    id uuid primary key default gen_random_uuid(),
    at timestamptz not null,
    again boolean not null default false,
    erased jsonb not null
);
comment on table linernotes.forget_receipts is 'Each time somebody was forgotten: how many rows went, table by table, and no value.';
comment on column linernotes.forget_receipts.id is 'Random, so that it says nothing of whom.';
comment on column linernotes.forget_receipts.again is 'A source brought somebody back under another id, who was recognised and erased again.';
create index forget_receipts_at_idx on linernotes.forget_receipts (at desc, id);

create table linernotes.forgotten (
    mark bytea primary key check (length(mark) = 32),
    kind text not null check (kind in ('id', 'value', 'link', 'name', 'alone', 'credit')),
    receipt_id uuid not null references linernotes.forget_receipts (id) on delete cascade
);
comment on table linernotes.forgotten is
    'HMAC-SHA256, under the key that LINERNOTES_FORGET_KEY or the file forget.key holds, of what somebody was known by.';
comment on column linernotes.forgotten.kind is
    'id: scheme and value. value: an id''s value alone. link: kind and value. name: in any spelling. alone: a name that '
    'nobody without an id may have. credit: a name, and an artist with whom it may not be credited.';
create index forgotten_receipt_idx on linernotes.forgotten (receipt_id);

create table linernotes.forget_key (
    only_one boolean primary key default true check (only_one),
    proof bytea not null check (length(proof) = 32)
);
comment on table linernotes.forget_key is 'By which the right key is told from a wrong one; the key cannot be had from it.';

-- How many claims of an answer were refused, because whom they are about was forgotten.
alter table linernotes.lookups add column forgotten integer not null default 0;
comment on column linernotes.lookups.forgotten is 'Of these claims, how many are not kept because the person was forgotten.';

revoke all on linernotes.forget_receipts, linernotes.forgotten, linernotes.forget_key
    from public, anon, authenticated, service_role;
