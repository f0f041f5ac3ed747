-- name: names
-- Every name of a producer, their own first, then aliases, then how credits spell them.
select n.name, n.kind, n.source
from (
    select distinct on (n.name) n.name, n.kind, n.source, n.first_seen_at, n.producer_id = %(id)s as own
    from linernotes.producer_names n
    where n.producer_id in (select linernotes.identities_of(%(id)s))
    order by n.name, n.producer_id <> %(id)s, n.first_seen_at
) n
order by n.own desc, array_position(array['name', 'alias', 'credited_as'], n.kind), n.first_seen_at, n.name;

-- name: ids
-- Under which ids the sources know a producer. The scheme `name` is our own note and no id of anybody's.
select scheme, value
from linernotes.external_ids
where entity_type = 'producer' and entity_id in (select linernotes.identities_of(%(id)s)) and scheme <> 'name'
order by scheme, value;

-- name: roles
-- In which roles a producer is credited, and on how many recordings.
select c.role, r.class as role_class, r.counts_as_producer, count(distinct coalesce(t.recording_id, t.id)) as recordings
from public.track_producers c
join public.tracks t on t.id = c.track_id
join linernotes.roles r on r.code = c.role
where c.producer_id = %(id)s and c.confidence >= %(shown_from)s
group by r.code, c.role
order by r.counts_as_producer desc, recordings desc, c.role;

-- name: credits
-- The best known recordings of each role, on the first album that carried them.
with carried as (
    select distinct on (c.role, coalesce(t.recording_id, t.id))
           c.role, t.id as track_id, t.name as track, al.artist_id, al.name as album,
           extract(year from al.release_date)::int as year, c.confidence::float8 as confidence, c.verified,
           c.inherited, c.conflict, c.scope, c.credited_as, c.sources, t.popularity
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.albums al on al.id = t.album_id
    where c.producer_id = %(id)s and c.confidence >= %(shown_from)s
    order by c.role, coalesce(t.recording_id, t.id), al.release_date nulls last, al.id, t.id
), placed as (
    select carried.*,
           row_number() over (partition by role
                              order by popularity desc nulls last, verified desc, confidence desc,
                                       year desc nulls last, track, track_id) as place
    from carried
)
select l.role, l.track_id, l.track, a.name as artist, l.album, l.year, l.confidence, l.verified, l.inherited,
       l.conflict, l.scope, nullif(l.credited_as, p.name) as credited_as, l.sources
from placed l
join public.artists a on a.id = l.artist_id
join public.producers p on p.id = %(id)s
where %(top)s::int is null or l.place <= %(top)s
order by l.role, l.place;

-- name: collaborators
-- Who else is credited on a producer's recordings. Counted first; names are looked up of those who may be listed only.
with mine as materialized (
    select distinct t.recording_id
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    where c.producer_id = %(id)s and c.confidence >= %(shown_from)s and t.recording_id is not null
), beside as materialized (
    select c.producer_id, mine.recording_id, array_agg(c.role) as roles
    from mine
    join public.tracks t on t.recording_id = mine.recording_id
    join public.track_producers c on c.track_id = t.id
    where c.producer_id <> %(id)s and c.confidence >= %(shown_from)s
    group by c.producer_id, mine.recording_id
), met as (
    select b.producer_id, count(*) as recordings
    from beside b
    group by b.producer_id
    order by recordings desc
    fetch first %(people)s rows with ties
), listed as materialized (
    select p.id, p.name, met.recordings
    from met
    join public.producers p on p.id = met.producer_id
    order by met.recordings desc, p.name, p.id
    limit %(people)s
)
select l.id, l.name, l.recordings, w.roles
from listed l
join (
    select b.producer_id, array_agg(distinct r.role order by r.role) as roles
    from beside b
    cross join unnest(b.roles) r(role)
    where b.producer_id in (select listed.id from listed)
    group by b.producer_id
) w on w.producer_id = l.id
order by l.recordings desc, l.name, l.id;

-- name: artists
-- Whose albums carry a producer's recordings.
select a.id, a.name, count(distinct coalesce(t.recording_id, t.id)) as recordings,
       extract(year from min(al.release_date))::int as first_year,
       extract(year from max(al.release_date))::int as last_year
from public.track_producers c
join public.tracks t on t.id = c.track_id
join public.albums al on al.id = t.album_id
join public.artists a on a.id = al.artist_id
where c.producer_id = %(id)s and c.confidence >= %(shown_from)s
group by a.id
order by recordings desc, a.name, a.id
limit %(people)s;

-- name: links
-- Where a producer can be found, each with the record that publishes it. A place that two people claim is shown
-- for neither (L2), one that is gone for nobody (L3).
select l.kind, l.value, l.url, l.source, l.source_url, l.state, l.checked_at, l.last_seen_at
from (
    select distinct on (l.kind, l.value, l.source) l.*
    from linernotes.producer_links l
    where l.producer_id in (select linernotes.identities_of(%(id)s)) and l.state <> 'gone'
      and not linernotes.claimed_by_several(l.kind, l.value)
    order by l.kind, l.value, l.source, l.last_seen_at desc
) l
order by l.kind = 'homepage' desc, l.kind, l.value, l.source;

-- name: groups
-- The groups of a person with what the group is credited for while they were in it (P5); a release without a date
-- counts, one before they joined or after they left does not. Own credits on the same recording are not told twice. Of
-- several sources the one that knows dates is told; who joined twice is listed twice.
with own as (
    select distinct coalesce(t.recording_id, t.id) as recording_id
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    where c.producer_id = %(id)s and c.confidence >= %(shown_from)s
)
select p.id, p.name, m.begin_date, m.end_date, m.source,
       count(distinct credited.recording_id) filter (where own.recording_id is null) as recordings
from (
    select distinct t.group_id, t.begin_date, t.end_date, t.source
    from (
        select s.*, s.source = first_value(s.source) over (
                   partition by s.group_id order by s.begin_date is null and s.end_date is null, s.source) as told
        from (
            select linernotes.survivor_of(g.group_id) as group_id, g.begin_date, g.end_date, g.source
            from linernotes.group_members g
            where g.member_id in (select linernotes.identities_of(%(id)s))
        ) s
    ) t
    where t.told
) m
join public.producers p on p.id = m.group_id
left join lateral (
    select coalesce(t.recording_id, t.id) as recording_id
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.albums al on al.id = t.album_id
    where c.producer_id = m.group_id and c.confidence >= %(shown_from)s
      and (al.release_date is null or m.begin_date is null or al.release_date >= m.begin_date)
      and (al.release_date is null or m.end_date is null or al.release_date <= m.end_date)
) credited on true
left join own on own.recording_id = credited.recording_id
group by p.id, m.begin_date, m.end_date, m.source
order by recordings desc, p.name, p.id, m.begin_date nulls last;

-- name: members
-- Who is in a group; as with groups, of several sources the one that knows dates.
select p.id, p.name, m.begin_date, m.end_date, m.source
from (
    select distinct t.member_id, t.begin_date, t.end_date, t.source
    from (
        select s.*, s.source = first_value(s.source) over (
                   partition by s.member_id order by s.begin_date is null and s.end_date is null, s.source) as told
        from (
            select linernotes.survivor_of(g.member_id) as member_id, g.begin_date, g.end_date, g.source
            from linernotes.group_members g
            where g.group_id in (select linernotes.identities_of(%(id)s))
        ) s
    ) t
    where t.told
) m
join public.producers p on p.id = m.member_id
order by p.name, p.id, m.begin_date nulls last;

-- name: sources
-- Which sources speak of a producer, how much they say, and when they last said so (F7).
select source, sum(claims)::int as claims, sum(links)::int as links, max(last_seen_at) as as_of
from (
    select source, count(*) as claims, 0 as links, max(last_seen_at) as last_seen_at
    from linernotes.claims where producer_id in (select linernotes.identities_of(%(id)s)) group by source
    union all
    select source, 0, count(*), max(last_seen_at)
    from linernotes.producer_links where producer_id in (select linernotes.identities_of(%(id)s)) group by source
) said
group by source
order by claims desc, source;
