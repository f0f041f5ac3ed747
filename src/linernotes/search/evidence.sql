-- name: tracks_named
-- The recordings a producer is credited on, or claimed for, that answer to a title and perhaps an artist; each on the
-- first album that carried it. closeness: 0 the title as written, 1 the same song in the same version, 2 in another one, 3 a part of the title.
with theirs as (
    select c.track_id as id from public.track_producers c where c.producer_id = %(producer_id)s
    union
    select t.id from linernotes.claims c
    join public.tracks t on t.recording_id = c.recording_id
    where c.producer_id = %(producer_id)s
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

-- name: credits
-- A producer's credits on one track.
select c.role, c.confidence::float8 as confidence, c.verified, c.inherited, c.conflict, c.scope, c.credited_as,
       c.source, c.sources
from public.track_producers c
join linernotes.roles r on r.code = c.role
where c.track_id = %(track_id)s and c.producer_id = %(producer_id)s
order by r.counts_as_producer desc, c.confidence desc, c.role;

-- name: claims
-- Every claim about one producer on one recording as linernotes.conclude_credits weighs them: their own, those of a
-- source that knows the same name without an id, and those that another version of the work passes on.
-- counts: the best of its family, so it is part of the confidence. combined: what all that count come to.
with target as (
    select id, artist_key, title_key, version_class from linernotes.recordings where id = %(recording_id)s
), own as (
    select c.*, r.class,
           c.scope = 'release' and exists (
               select from linernotes.claims s
               join linernotes.roles q on q.code = s.role
               where s.recording_id = c.recording_id and q.class = r.class and s.scope <> 'release') as overruled
    from target t
    join linernotes.claims c on c.recording_id = t.id
    join linernotes.roles r on r.code = c.role
), known as (
    select o.producer_id, o.role, o.source, o.record, o.family, o.scope, o.raw_role, o.credited_as, o.name_key,
           o.by_name, o.url, o.base, o.match, o.first_seen_at, o.last_seen_at, o.overruled,
           null::numeric as share, null::text as inherited_from
    from own o
    union all
    select c.producer_id, c.role, c.source, c.record, c.family, c.scope, c.raw_role, c.credited_as, c.name_key,
           c.by_name, c.url, c.base, c.match, c.first_seen_at, c.last_seen_at, false,
           linernotes.inherited_share(v.version_class, t.version_class, r.class), v.title
    from target t
    join linernotes.recordings v
        on v.artist_key = t.artist_key and v.title_key = t.title_key and v.version_class <> t.version_class
    join linernotes.claims c on c.recording_id = v.id and c.scope <> 'release'
    join linernotes.roles r on r.code = c.role
    where linernotes.inherited_share(v.version_class, t.version_class, r.class) is not null
      and not exists (select from own o where o.class = r.class)
), identified as (
    select name_key, (array_agg(producer_id))[1] as producer_id
    from known
    where not by_name and not overruled
    group by name_key
    having count(distinct producer_id) = 1
), theirs as (
    select k.*, k.base * k.match * coalesce(k.share, 1) as strength
    from known k
    left join identified i on i.name_key = k.name_key and k.by_name
    where coalesce(i.producer_id, k.producer_id) = %(producer_id)s
), weighed as (
    select t.*, not t.overruled and row_number() over (
               partition by t.role, t.family, t.overruled order by t.strength desc, t.source, t.credited_as) = 1 as counts
    from theirs t
)
select w.role, w.source, w.family, w.record, w.url, w.raw_role, w.credited_as, w.scope, w.base::float8 as base,
       w.match::float8 as match, w.share::float8 as share, w.strength::float8 as strength, w.inherited_from, w.by_name,
       w.overruled, w.counts, w.first_seen_at, w.last_seen_at,
       case when bool_or(w.counts) over (partition by w.role) then linernotes.combined_confidence(
           array_agg(w.strength) filter (where w.counts) over (partition by w.role))::float8 end as combined
from weighed w
order by w.role, w.counts desc, w.strength desc, w.source, w.record;

-- name: lookups
-- Sources that were asked about a recording and do not name this producer: claims tells how many others they name.
select l.source, max(l.claims) as claims, max(l.looked_at) as looked_at
from linernotes.lookups l
where l.recording_id = %(recording_id)s and not (l.source = any (%(sources)s))
group by l.source
order by l.source;
