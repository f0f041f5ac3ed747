-- name: tracks
-- Recordings that answer to the words of a title, and of an artist beside it, each on the first album that carried it;
-- nearest first, then originals before other versions, and those that more albums carry before others.
-- closeness: 0 the title, 1 title and artist, 2 its beginning, 3 these words in this order, 4 all words somewhere,
-- 5 spelt alike, which counts when nothing else answers. Of a word in very many titles so many are weighed, not all.
with near as materialized (
    (select r.id as recording_id, null::uuid as track_id, r.title_key, r.artist_key, r.version_class
     from linernotes.recordings r
     where left(r.title_key, 200) = left(%(words)s, 200)
     limit %(weighed)s)
    union
    (select r.id, null::uuid, r.title_key, r.artist_key, r.version_class
     from linernotes.recordings r
     where %(long_enough)s::boolean and left(r.title_key, 200) like %(begins)s
     limit %(weighed)s)
    union
    (select r.id, null::uuid, r.title_key, r.artist_key, r.version_class
     from linernotes.recordings r
     where linernotes.recording_words(r.title_key, r.artist_key) @@ %(lexemes)s::tsquery
     limit %(weighed)s)
    union
    (select null, t.id, lower(t.name), '', 'original'
     from public.tracks t
     where t.recording_id is null and %(long_enough)s::boolean and lower(t.name) like %(contained)s
     limit %(weighed)s)
), named as (
    select n.recording_id, n.track_id, left(n.title_key, 300) as title_key, n.version_class, 1.0::float8 as likeness,
           case when n.title_key = %(words)s then 0
                when %(words)s in (n.title_key || ' ' || n.artist_key, n.artist_key || ' ' || n.title_key) then 1
                when n.title_key like %(begins)s then 2
                when ' ' || n.title_key like %(phrase)s then 3
                else 4
           end as closeness
    from near n
    union all
    select r.id, null, left(r.title_key, 300), r.version_class, round(extensions.word_similarity(
               %(words)s, r.title_key || ' ' || r.artist_key)::numeric, 1)::float8, 5
    from linernotes.recordings r
    where %(long_enough)s::boolean and not exists (select from near)
      and (%(words)s operator(extensions.<%%) (r.title_key || ' ' || r.artist_key)
           or (%(word_1)s operator(extensions.<%%) (r.title_key || ' ' || r.artist_key)
               and %(word_2)s operator(extensions.<%%) (r.title_key || ' ' || r.artist_key)
               and %(word_3)s operator(extensions.<%%) (r.title_key || ' ' || r.artist_key)))
), carried as (
    select n.*, (n.version_class <> 'original')::int as version,
           case when n.track_id is null
                then (select count(*)::int from public.tracks t where t.recording_id = n.recording_id)
                else 1 end as albums, coalesce(n.recording_id, n.track_id) as key_id
    from named n
), page as (
    select c.*
    from carried c
    where c.albums > 0
      and (not %(begun)s::boolean
           or (c.closeness, -c.likeness, c.version, -c.albums, c.title_key, c.key_id)
              > (%(after_0)s::int, -%(after_1)s::float8, %(after_2)s::int, -%(after_3)s::int, %(after_4)s::text,
                 %(after_5)s::uuid))
    order by c.closeness, c.likeness desc, c.version, c.albums desc, c.title_key, c.key_id
    limit %(limit)s
)
select f.id, f.name, a.id as artist_id, a.name as artist, f.album_id, f.album, f.release_date, p.version_class,
       p.albums, made.produced_by, made.produced_by_ids, made.written_by, made.written_by_ids,
       p.closeness = 5 as alike, p.closeness, p.likeness, p.version, p.title_key, p.key_id
from page p
cross join lateral (
    select t.id, t.name, b.id as album_id, b.name as album, b.artist_id,
           case when starts_with(b.release_date::text, b.metadata ->> 'release_date')
                then b.metadata ->> 'release_date' else b.release_date::text end as release_date
    from public.tracks t
    join public.albums b on b.id = t.album_id
    where t.recording_id = p.recording_id or t.id = p.track_id
    order by b.release_date nulls last, t.id
    limit 1
) f
join public.artists a on a.id = f.artist_id
cross join lateral (
    select coalesce(array_agg(w.name order by w.confidence desc, w.name, w.id) filter (where w.produced), '{}')
               as produced_by,
           coalesce(array_agg(w.id order by w.confidence desc, w.name, w.id) filter (where w.produced), '{}')
               as produced_by_ids,
           coalesce(array_agg(w.name order by w.confidence desc, w.name, w.id) filter (where w.wrote), '{}')
               as written_by,
           coalesce(array_agg(w.id order by w.confidence desc, w.name, w.id) filter (where w.wrote), '{}')
               as written_by_ids
    from (
        select q.id, q.name, max(c.confidence) as confidence, bool_or(r.counts_as_producer) as produced,
               bool_or(r.class = 'writer') as wrote
        from public.track_producers c
        join linernotes.roles r on r.code = c.role
        join public.producers q on q.id = c.producer_id
        where c.track_id = f.id and c.confidence >= %(shown_from)s
        group by q.id, q.name
    ) w
) made
order by p.closeness, p.likeness desc, p.version, p.albums desc, p.title_key, p.key_id;

-- name: albums
-- Albums that answer to a title, nearest first, the older before the newer. closeness: 0 the title, 1 its beginning,
-- 2 a part of it, 3 spelt alike, which counts when nothing else answers.
with near as materialized (
    select b.id, linernotes.title_letters(b.name) as letters
    from public.albums b
    where linernotes.title_letters(b.name) like %(letters_contained)s
), named as (
    select n.id, 1.0::float8 as likeness,
           case when n.letters = %(letters)s then 0 when n.letters like %(letters_begin)s then 1 else 2 end as closeness
    from near n
    union all
    select b.id, round(extensions.similarity(linernotes.title_letters(b.name), %(letters)s)::numeric, 1)::float8, 3
    from public.albums b
    where %(long_enough)s::boolean and not exists (select from near)
      and linernotes.title_letters(b.name) operator(extensions.%%) %(letters)s
      and extensions.similarity(linernotes.title_letters(b.name), %(letters)s) >= %(alike_from)s
), page as (
    select n.closeness, n.likeness, b.id, b.name, b.artist_id, b.cover_url, b.metadata, b.release_date,
           coalesce(b.release_date - date '0001-01-01', 9999999) as released
    from named n
    join public.albums b on b.id = n.id
    where not %(begun)s::boolean
       or (n.closeness, -n.likeness, coalesce(b.release_date - date '0001-01-01', 9999999), b.id)
          > (%(after_0)s::int, -%(after_1)s::float8, %(after_2)s::int, %(after_3)s::uuid)
    order by n.closeness, n.likeness desc, released, b.id
    limit %(limit)s
)
select p.id, p.name, a.id as artist_id, a.name as artist,
       case when starts_with(p.release_date::text, p.metadata ->> 'release_date')
            then p.metadata ->> 'release_date' else p.release_date::text end as release_date,
       p.cover_url, made.tracks, made.produced_by, made.produced_by_ids,
       p.closeness = 3 as alike, p.closeness, p.likeness, p.released
from page p
join public.artists a on a.id = p.artist_id
cross join lateral (
    select (select count(*)::int from public.tracks t where t.album_id = p.id) as tracks,
           coalesce(array_agg(w.name order by w.tracks desc, w.name, w.id), '{}') as produced_by,
           coalesce(array_agg(w.id order by w.tracks desc, w.name, w.id), '{}') as produced_by_ids
    from (
        select q.id, q.name, count(distinct t.id) as tracks
        from public.tracks t
        join public.track_producers c on c.track_id = t.id and c.confidence >= %(shown_from)s
        join linernotes.roles r on r.code = c.role and r.counts_as_producer
        join public.producers q on q.id = c.producer_id
        where t.album_id = p.id
        group by q.id, q.name
    ) w
) made
order by p.closeness, p.likeness desc, p.released, p.id;
