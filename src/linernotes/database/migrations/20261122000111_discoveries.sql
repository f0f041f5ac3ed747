-- What was asked for over HTTP, so that it can be followed and stopped. Work belongs to artists, not to whoever asked:
-- two who ask for one artist follow the same messages.
create table linernotes.discoveries (
    id uuid primary key default linernotes.new_uuid(),
    source text not null,
    names text[] not null check (cardinality(names) > 0),
    keys text[] not null,
    search_keys text[] not null,
    schemes text[] not null,
    id_values text[] not null,
    sent integer not null,
    asked_by text not null,
    started_at timestamptz not null,
    cancelled_at timestamptz,
    cancelled_by text,
    removed integer,
    check (cardinality(keys) = cardinality(names) and cardinality(search_keys) = cardinality(names)
           and cardinality(schemes) = cardinality(names) and cardinality(id_values) = cardinality(names))
);
comment on table linernotes.discoveries is
    'Discoveries that were asked for. names, keys and the rest: one element an artist; scheme and value of one named by id.';
create index discoveries_started_idx on linernotes.discoveries (started_at desc, id);
create index discoveries_keys_idx on linernotes.discoveries using gin (keys);
revoke all on linernotes.discoveries from public;
