-- name: tracks_named
-- The recordings a producer is credited on, or claimed for, that answer to a title and perhaps an artist; each on the
-- first album that carried it. closeness: 0 the title as written, 1 the same song in the same version, 2 in another
-- one, 3 a part of the title.
with theirs as (
    select c.track_id as id from public.track_producers c where c.producer_id = %(producer_id)s
    union
    select t.id from linernotes.claims c
    join public.tracks t on t.recording_id = c.recording_id
    where c.producer_id in (select linernotes.identities_of(%(producer_id)s))
    union
    select t.id from linernotes.rejections x
    join public.tracks t on t.recording_id = x.recording_id
    where x.producer_id in (select linernotes.identities_of(%(producer_id)s))
), named as (
    select distinct on (coalesce(t.recording_id, t.id))
           t.id, t.name as track, t.recording_id, t.isrc, a.name as artist, al.name as album,
           al.release_date::text as release_date, r.version_class,
           case when lower(t.name) = lower(%(title)s) then 0
                when r.title_key = %(title_key)s and r.version_class = %(version)s then 1
                when r.title_key = %(title_key)s then 2
                else 3
           end as closeness
    from theirs
    join public.tracks t on t.id = theirs.id
    join public.albums al on al.id = t.album_id
    join public.artists a on a.id = al.artist_id
    left join linernotes.recordings r on r.id = t.recording_id
    where (lower(t.name) = lower(%(title)s) or r.title_key = %(title_key)s or t.name ilike %(contained)s)
      and (%(artist)s::text is null or a.name ilike %(artist)s or r.artist_key = %(artist_key)s)
    order by coalesce(t.recording_id, t.id), closeness, al.release_date nulls last, t.id
)
select * from named order by closeness, version_class = 'original' desc, artist, track, id limit 20;

-- name: any_tracks_named
-- The recordings of a title, and perhaps an artist, whoever made them; each on the first album that carried it.
-- closeness: as in tracks_named, without parts of titles.
with named as (
    select distinct on (coalesce(t.recording_id, t.id))
           t.id, t.name as track, t.recording_id, t.isrc, a.name as artist, al.name as album,
           al.release_date::text as release_date, r.version_class,
           case when lower(t.name) = lower(%(title)s) then 0
                when r.title_key = %(title_key)s and r.version_class = %(version)s then 1
                else 2
           end as closeness
    from public.tracks t
    join public.albums al on al.id = t.album_id
    join public.artists a on a.id = al.artist_id
    left join linernotes.recordings r on r.id = t.recording_id
    where (lower(t.name) = lower(%(title)s) or r.title_key = %(title_key)s)
      and (%(artist)s::text is null or a.name ilike %(artist)s or r.artist_key = %(artist_key)s)
    order by coalesce(t.recording_id, t.id), closeness, al.release_date nulls last, t.id
)
select * from named order by closeness, version_class = 'original' desc, artist, track, id limit 20;

-- name: track_by_id
select t.id, t.name as track, t.recording_id, t.isrc, a.name as artist, al.name as album,
       al.release_date::text as release_date, r.version_class, 0 as closeness
from public.tracks t
join public.albums al on al.id = t.album_id
join public.artists a on a.id = al.artist_id
left join linernotes.recordings r on r.id = t.recording_id
where t.id = %(track_id)s;

-- name: others_credited
-- Who is credited on tracks of a title, for the reader who asked for somebody that is not.
select a.name as artist, t.name as track,
       coalesce(array_agg(distinct p.name || ' (' || c.role || ')') filter (where p.id is not null), '{}') as credited
from public.tracks t
join public.albums al on al.id = t.album_id
join public.artists a on a.id = al.artist_id
left join public.track_producers c on c.track_id = t.id and c.confidence >= %(shown_from)s
left join public.producers p on p.id = c.producer_id
where (t.id = %(track_id)s or (%(track_id)s::uuid is null and lower(t.name) = lower(%(title)s)))
  and (%(artist)s::text is null or a.name ilike %(artist)s)
group by a.name, t.name
order by a.name, t.name
limit 5;

-- name: credited
-- Whether a producer is credited on a track, however surely.
select from public.track_producers c where c.track_id = %(track_id)s and c.producer_id = %(producer_id)s limit 1;
