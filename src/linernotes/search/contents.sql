-- name: estimates
-- What the server takes each table to hold; a table that was never analyzed counts as empty, and is counted.
select k.thing, greatest(c.reltuples, 0)::bigint as rows
from (values (1, 'artists', 'public.artists'), (2, 'albums', 'public.albums'), (3, 'tracks', 'public.tracks'),
             (4, 'recordings', 'linernotes.recordings'), (5, 'producers', 'public.producers'),
             (6, 'credits', 'public.track_producers'), (7, 'claims', 'linernotes.claims'),
             (8, 'links', 'linernotes.producer_links')) k(place, thing, relation)
join pg_catalog.pg_class c on c.oid = k.relation::regclass
order by k.place;

-- name: counts
-- The tables that are small enough to be counted; null for the others.
select case when %(artists)s <= %(up_to)s then (select count(*) from public.artists) end as artists,
       case when %(albums)s <= %(up_to)s then (select count(*) from public.albums) end as albums,
       case when %(tracks)s <= %(up_to)s then (select count(*) from public.tracks) end as tracks,
       case when %(recordings)s <= %(up_to)s then (select count(*) from linernotes.recordings) end as recordings,
       case when %(producers)s <= %(up_to)s then (
           select count(*) from public.producers p
           where not exists (select from linernotes.producer_redirects d where d.merged_id = p.id)) end as producers,
       case when %(credits)s <= %(up_to)s then (select count(*) from public.track_producers) end as credits,
       case when %(claims)s <= %(up_to)s then (select count(*) from linernotes.claims) end as claims,
       case when %(links)s <= %(up_to)s then (select count(*) from linernotes.producer_links) end as links;

-- name: sources
select l.source, count(distinct l.recording_id)::bigint as recordings, sum(l.claims)::bigint as claims,
       max(l.looked_at) as as_of
from linernotes.lookups l
group by l.source
order by l.source;
