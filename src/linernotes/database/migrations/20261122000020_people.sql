-- When two of our producers are one person, and what people decided by hand: rules P2 to P4, C4 and C5.

create table linernotes.producer_merges (
    id bigint generated always as identity primary key,
    merged_id uuid not null references public.producers (id) on delete cascade,
    into_id uuid not null references public.producers (id) on delete cascade,
    at timestamptz not null,
    why text not null,
    by text not null,
    automatic boolean not null default false,
    undone_at timestamptz,
    undone_why text,
    undone_by text,
    check (merged_id <> into_id)
);
comment on table linernotes.producer_merges is
    'Every merge ever made. One without undone_at is in force; an undone one is never made again automatically.';
create unique index producer_merges_live_key on linernotes.producer_merges (merged_id) where undone_at is null;
create index producer_merges_into_idx on linernotes.producer_merges (into_id);
create index producer_merges_merged_idx on linernotes.producer_merges (merged_id);

create table linernotes.producer_redirects (
    merged_id uuid primary key references public.producers (id) on delete cascade,
    survivor_id uuid not null references public.producers (id) on delete cascade
);
comment on table linernotes.producer_redirects is
    'Who each merged producer is in the end, chains resolved. Derived from producer_merges.';
create index producer_redirects_survivor_idx on linernotes.producer_redirects (survivor_id);

-- Ids of which one person may have several. Of every other scheme two ids are two people (P3).
create table linernotes.schemes_of_several_ids (
    scheme text primary key
);
insert into linernotes.schemes_of_several_ids values ('isni'), ('ipi');

-- Families of sources that nobody answers for; alone they are not believed further than this (C4).
create table linernotes.weak_families (
    family text primary key,
    alone_at_most numeric(3, 2) not null check (alone_at_most between 0 and 1)
);
comment on table linernotes.weak_families is
    'text: a name found in a text that was only searched. anonymous: edits that no account stands behind.';
insert into linernotes.weak_families values ('text', 0.5), ('anonymous', 0.5);

-- What people say themselves is a claim of the source and family `hand`; record is who said it, note why.
alter table linernotes.claims add column note text;
create index claims_unknown_role_idx on linernotes.claims (raw_role) where role = 'other';

create table linernotes.rejections (
    id bigint generated always as identity primary key,
    recording_id uuid not null references linernotes.recordings (id) on delete cascade,
    producer_id uuid not null references public.producers (id) on delete cascade,
    role text not null references linernotes.roles (code),
    at timestamptz not null,
    why text not null,
    by text not null,
    restored_at timestamptz,
    restored_by text
);
comment on table linernotes.rejections is
    'Credits that people say are wrong. One without restored_at is in force, however many sources claim the credit.';
create unique index rejections_live_key on linernotes.rejections (recording_id, producer_id, role)
    where restored_at is null;
create index rejections_producer_idx on linernotes.rejections (producer_id);

-- How a name of several words sounds, whatever their order: names that sound alike are looked at for one person.
-- Made here and not among the functions, because an index stands on it: it must not change under it.
create function linernotes.sound_key(p_name_key text) returns text
language sql immutable parallel safe strict set search_path = '' as $$
    select case when count(*) > 1 then string_agg(s.code, ' ' order by s.code) end
    from (
        select extensions.dmetaphone(w) as code
        from regexp_split_to_table(regexp_replace(normalize(p_name_key, nfd), '[^a-z ]', '', 'g'), ' +') w
        where length(w) > 1
    ) s
    where s.code <> '';
$$;
create index producer_names_sound_key_idx on linernotes.producer_names (linernotes.sound_key(name_key))
    where linernotes.sound_key(name_key) is not null;
