-- What the functions of the contract need beside its tables.

-- One row per operation and entity, however often it is brought (decision D5).
create unique index queue_metrics_operation_key on public.queue_metrics (
    queue_name, (details ->> 'operation_id'), (coalesce(details ->> 'spotify_id', details ->> 'normalized_name'))
) where operation = 'process' and details ->> 'operation_id' is not null;

-- Genres are compared without regard to case.
drop index public.artists_genres_idx;
create index artists_genres_idx on public.artists using gin ((lower((metadata -> 'genres')::text)::jsonb));

-- The unresolved issues of the last hour, for get_system_health.
create index worker_issues_unresolved_idx on public.worker_issues (created_at) where not resolved;

-- How much each producer has done, kept exact by triggers on producers, track_producers, tracks and albums (see
-- linernotes.contract_recount), so that search_producers needs no counting. What the search reads lies in public,
-- because anon, under whose own rights it runs, may read it; the rest lies in linernotes.
create table public.producer_stats (
    producer_id uuid primary key references public.producers (id) on delete cascade,
    name text not null,
    search_text text not null,
    track_count bigint not null default 0 check (track_count >= 0),
    artist_count bigint not null default 0 check (artist_count >= 0)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
comment on table public.producer_stats is
    'Different tracks, and different artists of these tracks, of each producer. Derived: write to track_producers.';
comment on column public.producer_stats.name is 'The first 255 characters of the name, to order by.';
comment on column public.producer_stats.search_text is 'The first 300 characters of producer_texts.search_text.';
-- Best first, with all that the search looks at: for a frequent term it walks this until it has its 50.
create index producer_stats_best_first_idx on public.producer_stats
    (track_count desc, artist_count desc, name, producer_id) include (search_text);
alter table public.producer_stats enable row level security;

-- A table of its own, so that a new count does not touch the trigram index.
create table public.producer_texts (
    producer_id uuid primary key references public.producers (id) on delete cascade,
    search_text text not null
);
comment on table public.producer_texts is
    'Name and normalized_name in lower case, a unit separator (U+001F) between two that differ. Derived.';
set local search_path = public, extensions;
create index producer_texts_trgm_idx on public.producer_texts using gin (search_text gin_trgm_ops);
reset search_path;
alter table public.producer_texts enable row level security;

create table linernotes.producer_tracks (
    producer_id uuid not null,
    track_id uuid not null,
    artist_id uuid not null,
    primary key (producer_id, track_id)
);
comment on table linernotes.producer_tracks is
    'Which tracks are counted for whom, under which artist. Derived from track_producers, one row for all roles.';

create table linernotes.producer_artists (
    producer_id uuid not null,
    artist_id uuid not null,
    tracks bigint not null,
    primary key (producer_id, artist_id)
);
comment on table linernotes.producer_artists is 'How many tracks a producer has with each artist. Derived from producer_tracks.';
