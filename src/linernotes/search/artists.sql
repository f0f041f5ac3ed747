-- name: by_name
-- Artists that answer to a term by any of their names, nearest first (as `answering` does it for producers), from a
-- place on.
with near as materialized (
    select n.artist_id, n.name, n.own, n.name_key, n.search_key
    from linernotes.artist_names n
    where n.name_key = %(name_key)s
       or n.search_key = %(search_key)s
       or (%(begins)s::boolean and n.search_key like %(prefix)s)
       or (%(contains)s::boolean and (n.name_key like %(name_contained)s or n.search_key like %(contained)s))
), named as (
    select n.artist_id, n.name, n.own,
           case when n.name_key = %(name_key)s and n.own then 0
                when n.name_key = %(name_key)s then 1
                when n.search_key = %(search_key)s then 2
                when ' ' || n.name_key || ' ' like %(words)s then 3
                when n.search_key like %(prefix)s or n.name_key like %(name_prefix)s then 4
                else 5
           end as closeness, 1.0::float8 as likeness
    from near n
    union all
    select n.artist_id, n.name, n.own, 6,
           linernotes.name_likeness(n.name_key, n.search_key, %(name_key)s, %(search_key)s)
    from linernotes.artists_spelt_alike(%(name_key)s, %(search_key)s) n
    where %(contains)s::boolean and (%(beside)s::boolean or not exists (select from near))
      and n.name_key not like %(name_contained)s and n.search_key not like %(contained)s
), nearest as (
    select distinct on (artist_id) artist_id, name, closeness,
           case when closeness = 6 then round(likeness::numeric, 1) else 1 end::float8 as likeness
    from named
    where closeness < 6
       or likeness >= case when exists (select from named where closeness < 6)
                           then %(alike_beside)s else %(alike_from)s end
    order by artist_id, closeness, likeness desc, own desc, name
)
select a.id, a.name, a.metadata ->> 'disambiguation' as what, f.name as matched, linernotes.genres_of(a.metadata) as genres,
       a.popularity, a.image_url, (select count(*) from public.albums b where b.artist_id = a.id) as albums, f.closeness, f.likeness,
       f.key
from (
    select n.*, left(a.name, 300) as key
    from nearest n
    join public.artists a on a.id = n.artist_id
    where not %(begun)s::boolean
       or (n.closeness, -n.likeness, left(a.name, 300), a.id)
          > (%(after_0)s::int, -%(after_1)s::float8, %(after_2)s::text, %(after_3)s::uuid)
    order by n.closeness, n.likeness desc, left(a.name, 300), a.id
    limit %(limit)s
) f
join public.artists a on a.id = f.artist_id
order by f.closeness, f.likeness desc, f.key, a.id;

-- name: in_order
-- All artists in the order of their names, from a place on.
select a.id, a.name, a.metadata ->> 'disambiguation' as what, f.name as matched, linernotes.genres_of(a.metadata) as genres,
       a.popularity, a.image_url, (select count(*) from public.albums b where b.artist_id = a.id) as albums, f.name_key as key
from (
    select n.artist_id, n.name, n.name_key
    from linernotes.artist_names n
    where n.own
      and (not %(begun)s::boolean or (n.name_key, n.artist_id) > (%(after_0)s::text, %(after_1)s::uuid))
    order by n.name_key, n.artist_id
    limit %(limit)s
) f
join public.artists a on a.id = f.artist_id
order by f.name_key, a.id;

-- name: artist
select a.id, a.name, a.metadata ->> 'disambiguation' as what, l.aliases, linernotes.genres_of(a.metadata) as genres,
       a.popularity, a.image_url, (select count(*) from public.albums b where b.artist_id = a.id) as albums_in_all,
       (select count(distinct coalesce(t.recording_id, t.id))
        from public.albums b join public.tracks t on t.album_id = b.id where b.artist_id = a.id) as recordings
from public.artists a
cross join lateral (
    select array(select n.name from linernotes.artist_names n
                 where n.artist_id = a.id and not n.own order by n.name limit 100) as aliases
) l
where a.id = %(id)s;

-- name: ids
select scheme, value
from linernotes.external_ids
where entity_type = 'artist' and entity_id = %(id)s and scheme <> 'name'
order by scheme, value;

-- name: producers
-- Who is credited on most of an artist's recordings, producers first.
with credit as (
    select c.producer_id, coalesce(t.recording_id, t.id) as recording_id, r.counts_as_producer, r.class, b.release_date
    from public.albums b
    join public.tracks t on t.album_id = b.id
    join public.track_producers c on c.track_id = t.id and c.confidence >= %(shown_from)s
    join linernotes.roles r on r.code = c.role
    where b.artist_id = %(id)s
)
select p.id, p.name, w.recordings, w.produced, w.written, w.first_year, w.last_year
from (
    select c.producer_id, count(distinct c.recording_id) as recordings,
           count(distinct c.recording_id) filter (where c.counts_as_producer) as produced,
           count(distinct c.recording_id) filter (where c.class = 'writer') as written,
           extract(year from min(c.release_date))::int as first_year,
           extract(year from max(c.release_date))::int as last_year
    from credit c
    group by c.producer_id
    order by produced desc, recordings desc, c.producer_id
    limit %(limit)s
) w
join public.producers p on p.id = w.producer_id
order by w.produced desc, w.recordings desc, p.name, p.id;

-- name: sources
-- Which catalogue sources list the artist's albums, and when each was last asked about one of them (F7).
select s.source, count(*)::int as albums, max(b.updated_at) as as_of
from public.albums b
cross join lateral jsonb_object_keys(
    case when jsonb_typeof(b.metadata -> 'sources') = 'object' then b.metadata -> 'sources' else '{}' end) s(source)
where b.artist_id = %(id)s
group by s.source
order by albums desc, s.source;

-- name: albums
-- An artist's albums, the newest first, with how many of their tracks have a credit.
select f.id, f.name, f.cover_url, f.release_date as released, w.tracks, w.credited,
       case when starts_with(f.release_date::text, f.metadata ->> 'release_date')
            then f.metadata ->> 'release_date' else f.release_date::text end as release_date
from (
    select b.id, b.name, b.cover_url, b.release_date, b.metadata
    from public.albums b
    where b.artist_id = %(id)s
      and (not %(begun)s::boolean
           or (coalesce(-(b.release_date - date '0001-01-01'), 1), b.name, b.id)
              > (coalesce(-(%(released)s::date - date '0001-01-01'), 1), %(name)s::text, %(after_id)s::uuid))
    order by coalesce(-(b.release_date - date '0001-01-01'), 1), b.name, b.id
    limit %(limit)s
) f
cross join lateral (
    select count(*)::int as tracks,
           count(*) filter (where exists (
               select from public.track_producers c
               where c.track_id = t.id and c.confidence >= %(shown_from)s))::int as credited
    from public.tracks t where t.album_id = f.id
) w
order by coalesce(-(f.release_date - date '0001-01-01'), 1), f.name, f.id;
