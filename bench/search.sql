-- What the search benchmark loads and asks. Everything is made from numbers, so two runs are the same.

-- name: put_aside
-- The indexes and foreign keys of the big tables, and how to make them again: loading is faster without.
create table public.put_aside as
select 1 as place, format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as away,
       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as back
from pg_constraint c
where c.contype = 'f'
  and c.conrelid in ('public.tracks'::regclass, 'public.track_producers'::regclass, 'public.producer_stats'::regclass,
                     'linernotes.producer_names'::regclass)
union all
select 2, format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
from pg_index i
where not i.indisprimary
  and i.indrelid in ('public.producers'::regclass, 'public.tracks'::regclass, 'public.track_producers'::regclass,
                     'linernotes.producer_names'::regclass, 'public.producer_stats'::regclass,
                     'public.producer_texts'::regclass, 'public.albums'::regclass, 'linernotes.recordings'::regclass);

-- name: away
select away from public.put_aside order by place, away;

-- name: back
select back from public.put_aside order by place desc, back;

-- name: catalogue
-- Artists, albums, recordings and tracks; their numbers stand in their ids. One track in ten is a recording that another
-- album has carried.
with recording as (
    insert into linernotes.recordings (id, title, title_key, artist_key)
    select ('e0000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'Track ' || i, 'track ' || i,
           'artist ' || i %% %(albums)s %% %(artists)s
    from generate_series(0, %(recordings)s - 1) i
), artist as (
    insert into public.artists (id, name)
    select ('a0000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'Artist ' || i
    from generate_series(0, %(artists)s - 1) i
), album as (
    insert into public.albums (id, name, artist_id, release_date)
    select ('b0000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'Album ' || i,
           ('a0000000-0000-7000-8000-' || lpad(to_hex(i %% %(artists)s), 12, '0'))::uuid,
           date '1960-01-01' + abs(hashint4(i) %% 24000)
    from generate_series(0, %(albums)s - 1) i
)
insert into public.tracks (id, name, album_id, recording_id)
select ('c0000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'Track ' || i,
       ('b0000000-0000-7000-8000-' || lpad(to_hex(i %% %(albums)s), 12, '0'))::uuid,
       ('e0000000-0000-7000-8000-' || lpad(to_hex(i %% %(recordings)s), 12, '0'))::uuid
from generate_series(0, %(tracks)s - 1) i;

-- name: producers
-- A first and a last name each, drawn by a hash: what a name matches says nothing about how busy its bearer is.
insert into public.producers (id, name, normalized_name, instagram_handle, metadata)
select ('d0000000-0000-7000-8000-' || lpad(to_hex(n.i), 12, '0'))::uuid, n.name,
       lower(n.name) || case when n.nth > 1 then format(' (%%s)', n.nth) else '' end,
       case when n.i %% 5 = 0 then replace(lower(n.name), ' ', '.') end, '{"source": "bench"}'
from (
    select p.i, p.name, row_number() over (partition by p.name order by p.i) as nth
    from (
        select i, (%(first)s::text[])[1 + abs(hashint4(i) %% cardinality(%(first)s::text[]))] || ' '
               || (%(last)s::text[])[1 + abs(hashint4(i + 500000000) %% cardinality(%(last)s::text[]))] as name
        from generate_series(0, %(producers)s - 1) i
    ) p
) n
order by n.i;

-- name: names
insert into linernotes.producer_names (producer_id, name, name_key, search_key, kind, source)
select p.id, p.name || k.suffix, lower(p.name || k.suffix), replace(lower(p.name || k.suffix), ' ', ''),
       case k.nth when 1 then 'name' else 'alias' end, 'bench'
from public.producers p
cross join lateral (
    select nth, case nth when 1 then '' else ' ' || substr(md5(p.id::text || nth), 1, 5) end as suffix
    from generate_series(1, %(each)s) nth
) k;

-- name: credits
-- A few producers have very many credits, most have few: the place in the list grows with the square of chance.
insert into public.track_producers (track_id, producer_id, role, confidence, source)
select distinct ('c0000000-0000-7000-8000-' || lpad(to_hex(abs(hashint8(i)::bigint) %% %(tracks)s), 12, '0'))::uuid,
       ('d0000000-0000-7000-8000-' || lpad(to_hex(floor(
           %(producers)s * power(abs(hashint8(i + 7000000000)::bigint) / 2147483649.0, 2))::bigint), 12, '0'))::uuid,
       (array['producer', 'writer', 'mixer', 'engineer'])[1 + abs(hashint8(i + 9000000000)::bigint %% 4)],
       0.95, 'bench'
from generate_series(1, %(credits)s::bigint) i;

-- name: rebuild
select linernotes.contract_rebuild_stats();

-- name: search
select * from public.search_producers(%(term)s);

-- name: plain
-- What the search would be without statistics: ILIKE, and the counts of every match.
select p.id, p.name, p.normalized_name, p.instagram_handle, p.image_url,
       count(distinct c.track_id) as track_count, count(distinct b.artist_id) as artist_count
from public.producers p
left join public.track_producers c on c.producer_id = p.id
left join public.tracks t on t.id = c.track_id
left join public.albums b on b.id = t.album_id
where p.name ilike %(pattern)s or p.normalized_name ilike %(pattern)s
group by p.id
order by track_count desc, artist_count desc, p.name, p.id
limit 50;

-- name: some_names
select p.name from public.producers p
where p.id in (select ('d0000000-0000-7000-8000-' || lpad(to_hex(abs(hashint4(i + 77) %% %(producers)s)), 12, '0'))::uuid
               from generate_series(1, %(count)s) i);

-- name: triggers_off
alter table public.track_producers disable trigger user;

-- name: triggers_on
alter table public.track_producers enable trigger user;

-- name: more_credits
insert into public.track_producers (track_id, producer_id, role, confidence, source)
select ('c0000000-0000-7000-8000-' || lpad(to_hex(i %% %(tracks)s), 12, '0'))::uuid,
       ('d0000000-0000-7000-8000-' || lpad(to_hex(floor(
           %(producers)s * power(abs(hashint8(i + 7000000000)::bigint) / 2147483649.0, 2))::bigint), 12, '0'))::uuid,
       'arranger', 0.95, 'bench more'
from generate_series(%(from)s::bigint, %(to)s::bigint) i
on conflict do nothing;

-- name: some_credited
select distinct producer_id from public.track_producers where source = 'bench more' limit 200;

-- name: fewer_credits
delete from public.track_producers where source = 'bench more';

-- name: wrong_counts
-- Producers whose statistics are not what counting anew gives, among some.
select s.producer_id
from public.producer_stats s
left join lateral (
    select count(distinct c.track_id) as tracks, count(distinct b.artist_id) as artists
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.albums b on b.id = t.album_id
    where c.producer_id = s.producer_id
) x on true
where s.producer_id = any (%(ids)s) and (s.track_count, s.artist_count) is distinct from (x.tracks, x.artists);
