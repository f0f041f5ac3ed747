-- Who may ask over HTTP, and who looked at contacts.
--
-- A key or the token of a session is 256 random bits that stand nowhere: only their SHA-256 is kept, by which they are found.
create table linernotes.api_keys (
    id uuid primary key default gen_random_uuid(),
    name text not null check (length(name) between 1 and 100),
    role text not null check (role in ('anon', 'authenticated', 'service_role')),
    starts_with text not null,
    hash bytea not null unique check (length(hash) = 32),
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create unique index api_keys_name_idx on linernotes.api_keys (name) where revoked_at is null;
comment on column linernotes.api_keys.starts_with is 'The first signs of the key, by which a person recognises it.';

-- A browser that signed in. It ends with its time, or with the key it was begun with.
create table linernotes.sessions (
    hash bytea primary key check (length(hash) = 32),
    key_id uuid references linernotes.api_keys (id) on delete cascade,
    name text not null,
    role text not null check (role in ('anon', 'authenticated', 'service_role')),
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index sessions_expires_at_idx on linernotes.sessions (expires_at);
create index sessions_key_id_idx on linernotes.sessions (key_id);

-- Who was shown contacts (e-mail addresses), through what and when; never the contact itself.
create table linernotes.contact_reads (
    id bigint generated always as identity primary key,
    read_at timestamptz not null,
    caller text not null,
    role text not null,
    through text not null,
    columns text[] not null,
    people integer not null check (people >= 0)
);
create index contact_reads_read_at_idx on linernotes.contact_reads (read_at);
comment on column linernotes.contact_reads.people is 'How many people''s contacts were in the answer.';

revoke all on linernotes.api_keys, linernotes.sessions, linernotes.contact_reads
    from public, anon, authenticated, service_role;
