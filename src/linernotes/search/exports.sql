-- name: credits
-- Every credit on every track. The release date has the precision that the source gave: 2019, 2019-05, 2019-05-17.
select t.name as track, a.name as artist, al.name as album,
       case when starts_with(al.release_date::text, al.metadata ->> 'release_date')
            then al.metadata ->> 'release_date' else al.release_date::text end as release_date,
       t.isrc, p.name as producer, p.id as producer_id, c.credited_as, c.role, c.confidence::float8 as confidence,
       c.verified, array_to_string(c.sources, ';') as sources, t.id as track_id
from public.track_producers c
join public.producers p on p.id = c.producer_id
join public.tracks t on t.id = c.track_id
join public.albums al on al.id = t.album_id
join public.artists a on a.id = al.artist_id
where c.confidence >= %(min_confidence)s
order by a.name, a.id, al.name, al.id, t.metadata -> 'disc', t.metadata -> 'position', t.name, t.id, c.role, p.name,
         p.id;

-- name: producers
-- Every producer with what is counted of their credits; a recording counts once. Who was merged stands under who they
-- are now (P4).
select p.name as producer, p.id as producer_id, k.kind, coalesce(named.aliases, '') as aliases,
       coalesce(made.recordings, 0) as recordings, coalesce(made.produced, 0) as produced,
       coalesce(made.written, 0) as written, coalesce(made.artists, 0) as artists, coalesce(made.roles, '') as roles,
       coalesce(found.links, '') as links
from public.producers p
left join (
    select coalesce(d.survivor_id, k.producer_id) as producer_id,
           (array_agg(k.kind order by d.merged_id is not null, k.producer_id))[1] as kind
    from linernotes.producer_kinds k
    left join linernotes.producer_redirects d on d.merged_id = k.producer_id
    group by 1
) k on k.producer_id = p.id
left join (
    select own.id as producer_id, string_agg(distinct n.name, ';' order by n.name) as aliases
    from linernotes.producer_names n
    left join linernotes.producer_redirects d on d.merged_id = n.producer_id
    join public.producers own on own.id = coalesce(d.survivor_id, n.producer_id)
    where n.name <> own.name
    group by own.id
) named on named.producer_id = p.id
left join (
    select c.producer_id, count(distinct coalesce(t.recording_id, t.id)) as recordings,
           count(distinct coalesce(t.recording_id, t.id)) filter (where r.counts_as_producer) as produced,
           count(distinct coalesce(t.recording_id, t.id)) filter (where r.class = 'writer') as written,
           count(distinct al.artist_id) as artists, string_agg(distinct c.role, ';' order by c.role) as roles
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.albums al on al.id = t.album_id
    join linernotes.roles r on r.code = c.role
    where c.confidence >= %(min_confidence)s
    group by c.producer_id
) made on made.producer_id = p.id
left join (
    select coalesce(d.survivor_id, l.producer_id) as producer_id, string_agg(distinct l.url, ';' order by l.url) as links
    from linernotes.producer_links l
    left join linernotes.producer_redirects d on d.merged_id = l.producer_id
    where l.state <> 'gone' and not linernotes.claimed_by_several(l.kind, l.value)
    group by 1
) found on found.producer_id = p.id
where not exists (select from linernotes.producer_redirects d where d.merged_id = p.id)
order by p.name, p.id;

-- name: collaborations
-- Every two producers who are credited on the same recordings, once, with how many they share and in which years.
with credit as (
    select t.recording_id, c.producer_id, min(al.release_date) as released
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.albums al on al.id = t.album_id
    where c.confidence >= %(min_confidence)s and t.recording_id is not null
    group by t.recording_id, c.producer_id
)
select p.name as producer, p.id as producer_id, q.name as collaborator, q.id as collaborator_id,
       count(*) as recordings, extract(year from min(mine.released))::int as first_year,
       extract(year from max(mine.released))::int as last_year
from credit mine
join credit theirs on theirs.recording_id = mine.recording_id and theirs.producer_id > mine.producer_id
join public.producers p on p.id = mine.producer_id
join public.producers q on q.id = theirs.producer_id
group by p.id, q.id
order by p.name, q.name, p.id, q.id;
