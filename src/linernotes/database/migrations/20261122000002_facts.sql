-- What the contract's tables cannot hold: who is who, what each source claims, and where a person can be found.

create table linernotes.external_ids (
    entity_type text not null check (entity_type in ('artist', 'album', 'track', 'recording', 'producer')),
    scheme text not null,
    value text not null check (value <> ''),
    entity_id uuid not null,
    first_seen_at timestamptz not null default now(),
    primary key (entity_type, scheme, value)
);
comment on table linernotes.external_ids is
    'The names by which a source knows a thing. Scheme `name` is the identity of what a source knows by name only.';
create index external_ids_entity_idx on linernotes.external_ids (entity_id);

create table linernotes.producer_names (
    producer_id uuid not null references public.producers (id) on delete cascade,
    name text not null check (name <> ''),
    name_key text not null check (name_key <> ''),
    search_key text not null,
    kind text not null default 'name' check (kind in ('name', 'alias', 'credited_as')),
    source text not null,
    first_seen_at timestamptz not null default now(),
    primary key (producer_id, name)
);
create index producer_names_name_key_idx on linernotes.producer_names (name_key);
create index producer_names_search_key_idx on linernotes.producer_names (search_key);
set local search_path = public, extensions;
create index producer_names_name_key_trgm_idx on linernotes.producer_names using gin (name_key gin_trgm_ops)
    with (fastupdate = off);
create index producer_names_search_key_trgm_idx on linernotes.producer_names using gin (search_key gin_trgm_ops)
    with (fastupdate = off);
reset search_path;

create table linernotes.producer_kinds (
    producer_id uuid primary key references public.producers (id) on delete cascade,
    kind text not null check (kind in ('person', 'group'))
);

create table linernotes.group_members (
    group_id uuid not null references public.producers (id) on delete cascade,
    member_id uuid not null references public.producers (id) on delete cascade,
    begin_date date,
    end_date date,
    source text not null,
    primary key (group_id, member_id),
    check (group_id <> member_id)
);
create index group_members_member_idx on linernotes.group_members (member_id);

create table linernotes.producer_links (
    producer_id uuid not null references public.producers (id) on delete cascade,
    kind text not null,
    value text not null,
    url text not null,
    source text not null,
    source_url text not null,
    source_record_id text not null,
    state text not null default 'unchecked' check (state in ('live', 'gone', 'unchecked')),
    checked_at timestamptz,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (producer_id, kind, value, source)
);
create index producer_links_value_idx on linernotes.producer_links (kind, value);

create table linernotes.claims (
    recording_id uuid not null,
    producer_id uuid not null,
    role text not null,
    source text not null,
    record text not null,
    family text not null,
    scope text not null check (scope in ('recording', 'release', 'work')),
    raw_role text not null,
    credited_as text not null,
    name_key text not null,
    by_name boolean not null default false,
    track_id uuid,
    url text,
    base numeric(4, 3) not null check (base between 0 and 1),
    match numeric(4, 3) not null check (match between 0 and 1),
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (recording_id, producer_id, role, source, record)
);
-- No foreign keys: store_claims alone writes here, in the transaction in which it has just found or made the recording
-- and the producer, and three checks a row were a third of what storing a claim costs.
comment on table linernotes.claims is 'One source''s word about one person in one role on one recording.';
comment on column linernotes.claims.by_name is
    'The source knows this person by name only, so the claim joins whoever of that name it finds on the recording.';
comment on column linernotes.claims.track_id is 'The track the source was last asked about when it said so.';
create index claims_producer_idx on linernotes.claims (producer_id);

create table linernotes.lookups (
    recording_id uuid not null references linernotes.recordings (id) on delete cascade,
    source text not null,
    track_id uuid not null,
    looked_at timestamptz not null,
    claims integer not null,
    primary key (recording_id, source, track_id)
);
comment on table linernotes.lookups is
    'When each source was asked about a recording. claims = 0 means: looked, and found none.';

create table linernotes.problems (
    source text not null,
    record text not null,
    kind text not null,
    detail text not null,
    entity_type text,
    entity_id uuid,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    primary key (source, record, kind, detail)
);
comment on table linernotes.problems is
    'What a source said that could not be used, or contradicts itself: an unknown person, two recordings with one ISRC.';

-- Rules R1 and R2: what counts as a producer, and how much. A remixer counts on the remix recording only.
insert into linernotes.roles (code, class, counts_as_producer, weight) values
    ('producer', 'producer', true, 1.00),
    ('co_producer', 'producer', true, 1.00),
    ('beat_maker', 'producer', true, 1.00),
    ('additional_producer', 'producer', true, 0.50),
    ('associate_producer', 'producer', true, 0.25),
    ('assistant_producer', 'producer', true, 0.25),
    ('executive_producer', 'executive', false, 0),
    ('vocal_producer', 'vocal', false, 0),
    ('reissue_producer', 'reissue', false, 0),
    ('compilation_producer', 'reissue', false, 0),
    ('remixer', 'remixer', false, 0),
    ('mixer', 'mixer', false, 0),
    ('engineer', 'engineer', false, 0),
    ('mastering', 'mastering', false, 0),
    ('arranger', 'arranger', false, 0),
    ('programmer', 'programmer', false, 0),
    ('composer', 'writer', false, 0),
    ('lyricist', 'writer', false, 0),
    ('writer', 'writer', false, 0),
    ('other', 'other', false, 0);
