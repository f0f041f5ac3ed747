-- The eleven tables that other programs read and write: columns, constraints and indexes of the contract.
-- Columns of ours in them: tracks.isrc and recording_id; of track_producers everything after created_at.

create schema if not exists extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists fuzzystrmatch with schema extensions;
create schema if not exists linernotes;

-- Time-ordered ids (version 7) where the server makes them, random ones before PostgreSQL 18.
do $$
begin
    if current_setting('server_version_num')::int >= 180000 then
        create function linernotes.new_uuid() returns uuid
            language sql volatile parallel safe set search_path = '' as 'select pg_catalog.uuidv7()';
    else
        create function linernotes.new_uuid() returns uuid
            language sql volatile parallel safe set search_path = '' as 'select pg_catalog.gen_random_uuid()';
    end if;
end
$$;

create table public.artists (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    followers integer,
    popularity integer check (popularity between 0 and 100),
    metadata jsonb,
    spotify_id text,
    image_url text
);
create unique index artists_spotify_id_key on public.artists (spotify_id);
create index artists_popularity_idx on public.artists (popularity);
create index artists_genres_idx on public.artists using gin ((metadata -> 'genres'));

create table public.albums (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    artist_id uuid not null references public.artists (id),
    release_date date,
    metadata jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    cover_url text,
    spotify_id text
);
create unique index albums_spotify_id_key on public.albums (spotify_id);
create index albums_artist_id_idx on public.albums (artist_id);

create table linernotes.recordings (
    id uuid primary key default gen_random_uuid(),
    title text not null,
    title_key text not null,
    artist_key text not null,
    version_class text not null default 'original',
    remixer_key text not null default '',
    duration_ms integer check (duration_ms >= 0),
    isrc text check (isrc ~ '^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table linernotes.recordings is 'One performance, however many tracks carry it.';
create index recordings_work_idx on linernotes.recordings (artist_key, title_key);

create table public.tracks (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    album_id uuid not null references public.albums (id),
    duration_ms integer,
    popularity integer,
    metadata jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    spotify_id text,
    spotify_preview_url text,
    isrc text,
    recording_id uuid references linernotes.recordings (id)
);
create unique index tracks_spotify_id_key on public.tracks (spotify_id);
create index tracks_album_id_idx on public.tracks (album_id);
create index tracks_recording_id_idx on public.tracks (recording_id);
create index tracks_isrc_idx on public.tracks (isrc);

create table public.producers (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    normalized_name text not null check (btrim(normalized_name) <> ''),
    email text,
    image_url text,
    instagram_handle text,
    instagram_bio text,
    metadata jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    enriched_at timestamptz,
    enrichment_failed boolean default false
);
create unique index producers_normalized_name_key on public.producers (normalized_name);
set local search_path = public, extensions;
create index producers_name_trgm_idx on public.producers using gin (name gin_trgm_ops);
create index producers_normalized_name_trgm_idx on public.producers using gin (normalized_name gin_trgm_ops);
reset search_path;

create table linernotes.roles (
    code text primary key,
    class text not null check (class in ('producer', 'executive', 'vocal', 'reissue', 'remixer', 'mixer', 'engineer',
                                         'mastering', 'arranger', 'programmer', 'writer', 'other')),
    counts_as_producer boolean not null,
    weight numeric(3, 2) not null check (weight between 0 and 1)
);
comment on table linernotes.roles is 'Every role a credit can have; rules R1 and R2 of docs/rules.md.';

create table public.track_producers (
    id uuid primary key default gen_random_uuid(),
    track_id uuid not null references public.tracks (id),
    producer_id uuid not null references public.producers (id),
    confidence numeric not null check (confidence between 0 and 1),
    source text not null,
    created_at timestamptz default now(),
    role text not null default 'producer' references linernotes.roles (code),
    credited_as text,
    verified boolean not null default false,
    conflict boolean not null default false,
    inherited boolean not null default false,
    scope text not null default 'recording' check (scope in ('recording', 'release', 'work')),
    sources text[] not null default '{}',
    updated_at timestamptz not null default now()
);
create unique index track_producers_credit_key on public.track_producers (track_id, producer_id, role);
create index track_producers_producer_id_idx on public.track_producers (producer_id);

create table public.processing_status (
    id uuid primary key default gen_random_uuid(),
    entity_type text not null,
    entity_id text not null,
    state text not null check (state in ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED')),
    attempts integer not null default 0 check (attempts >= 0),
    last_processed_at timestamptz,
    last_error text,
    metadata jsonb default '{}'::jsonb,
    created_at timestamptz default now(),
    updated_at timestamptz default now(),
    dead_lettered boolean not null default false
);
create unique index processing_status_entity_key on public.processing_status (entity_type, entity_id);
create index processing_status_unsettled_idx on public.processing_status (state, last_processed_at)
    where state <> 'COMPLETED';

create table public.processing_locks (
    id uuid primary key default gen_random_uuid(),
    entity_type text not null,
    entity_id text not null,
    worker_id text not null,
    correlation_id text,
    ttl_seconds integer not null default 1800 check (ttl_seconds > 0),
    acquired_at timestamptz not null default now(),
    last_heartbeat timestamptz not null default now(),
    metadata jsonb default '{}'::jsonb
);
create unique index processing_locks_entity_key on public.processing_locks (entity_type, entity_id);
create index processing_locks_last_heartbeat_idx on public.processing_locks (last_heartbeat);

create table public.queue_registry (
    id integer generated by default as identity primary key,
    queue_name text not null unique,
    display_name text,
    description text,
    active boolean not null default true,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);

create table public.queue_metrics (
    id uuid primary key default gen_random_uuid(),
    queue_name text not null,
    operation text not null,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    success_count integer,
    error_count integer,
    processed_count integer,
    details jsonb,
    created_at timestamptz default now()
);
create index queue_metrics_queue_created_idx on public.queue_metrics (queue_name, created_at);

create table public.monitoring_events (
    id uuid primary key default gen_random_uuid(),
    event_type text not null,
    details jsonb default '{}'::jsonb,
    created_at timestamptz default now()
);
create index monitoring_events_type_created_idx on public.monitoring_events (event_type, created_at);

create table public.worker_issues (
    id uuid primary key default gen_random_uuid(),
    worker_name text not null,
    issue_type text not null,
    message text not null,
    details jsonb,
    resolved boolean not null default false,
    created_at timestamptz default now(),
    updated_at timestamptz default now()
);
create index worker_issues_worker_type_created_idx on public.worker_issues (worker_name, issue_type, created_at);

alter table public.artists enable row level security;
alter table public.albums enable row level security;
alter table public.tracks enable row level security;
alter table public.producers enable row level security;
alter table public.track_producers enable row level security;
alter table public.processing_status enable row level security;
alter table public.processing_locks enable row level security;
alter table public.queue_registry enable row level security;
alter table public.queue_metrics enable row level security;
alter table public.monitoring_events enable row level security;
alter table public.worker_issues enable row level security;
revoke all on schema linernotes from public;

-- Called directly, without linernotes.new_uuid around it: a default is evaluated for every row of a batch.
do $$
declare
    v_table text;
begin
    if current_setting('server_version_num')::int >= 180000 then
        foreach v_table in array array[
            'public.artists', 'public.albums', 'public.tracks', 'public.producers', 'public.track_producers',
            'public.processing_status', 'public.processing_locks', 'public.queue_metrics',
            'public.monitoring_events', 'public.worker_issues', 'linernotes.recordings'
        ] loop
            execute format('alter table %s alter column id set default uuidv7()', v_table);
        end loop;
    end if;
end
$$;
