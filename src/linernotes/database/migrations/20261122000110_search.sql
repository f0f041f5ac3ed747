-- What a search looks at, made ready: one row a producer with everything that is filtered and sorted by, and the names
-- of artists under the keys by which people type them. Both are derived. Artists' names are kept by triggers at once;
-- producers are only noted as due, and linernotes.refresh_search brings them up to date a moment later, so that the
-- pipeline does not count a busy producer's credits anew for every track.

create table linernotes.producer_search (
    producer_id uuid primary key references public.producers (id) on delete cascade,
    name text not null,
    kind text,
    recordings integer not null,
    produced integer not null,
    written integer not null,
    artists integer not null,
    roles jsonb not null,
    words jsonb not null,
    best_known text[] not null,
    confidence double precision,
    links integer not null,
    last_released date not null,
    rising double precision not null,
    tags text[] not null,
    as_of timestamptz not null
);
comment on table linernotes.producer_search is
    'What a search filters, sorts and shows of each producer. Derived from credits of 0.5 or more; merged people are one row.';
comment on column linernotes.producer_search.words is
    'Recordings for each role and each class of roles; a word that is both means the class.';
comment on column linernotes.producer_search.last_released is 'First release of the newest recording; -infinity: none dated.';
comment on column linernotes.producer_search.rising is 'Growth of credits within the last two years; 0: none, or unknown.';
comment on column linernotes.producer_search.tags is
    'role:R, year:Y, role:R@Y (in that role in that year), genre:G, artist:ID, verified, reachable.';
create index producer_search_recordings_idx on linernotes.producer_search (recordings desc, name, producer_id);
create index producer_search_produced_idx on linernotes.producer_search (produced desc, name, producer_id);
create index producer_search_written_idx on linernotes.producer_search (written desc, name, producer_id);
create index producer_search_recent_idx on linernotes.producer_search (last_released desc, name, producer_id);
create index producer_search_rising_idx on linernotes.producer_search (rising desc, name, producer_id)
    where rising > 0;
create index producer_search_tags_idx on linernotes.producer_search using gin (tags);

create table linernotes.producers_due (
    id bigint generated always as identity primary key,
    producer_id uuid not null
);
comment on table linernotes.producers_due is 'Whose row in producer_search is out of date; one may stand here often.';
insert into linernotes.producers_due (producer_id) select p.id from public.producers p;

create table linernotes.artist_names (
    artist_id uuid not null references public.artists (id) on delete cascade,
    name text not null,
    name_key text not null,
    search_key text not null,
    own boolean not null,
    primary key (artist_id, name)
);
comment on table linernotes.artist_names is 'The names and aliases of artists and the keys that find them. Derived from artists.';
create index artist_names_name_key_idx on linernotes.artist_names (name_key, artist_id);
-- Those who are here already; where there are any, the functions are too.
do $$
begin
    if exists (select from public.artists) then
        insert into linernotes.artist_names (artist_id, name, name_key, search_key, own)
        select a.id, left(a.name, 300), left(linernotes.name_key(a.name), 300), left(linernotes.search_key(a.name), 300),
               true
        from public.artists a
        where linernotes.name_key(a.name) is not null;
        insert into linernotes.artist_names (artist_id, name, name_key, search_key, own)
        select a.id, left(l.name, 300), left(linernotes.name_key(l.name), 300), left(linernotes.search_key(l.name), 300),
               false
        from public.artists a
        cross join lateral jsonb_array_elements_text(
            case when jsonb_typeof(a.metadata -> 'aliases') = 'array' then a.metadata -> 'aliases' else '[]' end) l(name)
        where linernotes.name_key(l.name) is not null
        on conflict do nothing;
    end if;
end
$$;
set local search_path = public, extensions;
create index artist_names_name_key_trgm_idx on linernotes.artist_names using gin (name_key gin_trgm_ops);
create index artist_names_search_key_trgm_idx on linernotes.artist_names using gin (search_key gin_trgm_ops);
reset search_path;

-- A beginning of two letters has no trigram worth looking up; these answer it in every collation.
create index artist_names_search_key_idx on linernotes.artist_names (search_key text_pattern_ops);
create index producer_names_search_key_pattern_idx on linernotes.producer_names (search_key text_pattern_ops);
create index producer_names_name_key_pattern_idx on linernotes.producer_names (name_key text_pattern_ops);

-- Who else has worked with an artist: for people who are alike.
create index producer_artists_artist_idx on linernotes.producer_artists (artist_id);

revoke all on linernotes.producer_search, linernotes.producers_due, linernotes.artist_names from public;

insert into linernotes.jobs (name, schedule, runs, target, arguments, queue_name, batch_size, purpose) values
    ('search-refresh-job', '* * * * *', 'function', 'linernotes.refresh_search', '{"p_limit": 20000}', null, null,
     'Brings what the search looks at up to date.');
