-- name: due
-- Artists whose albums a source should be asked for again, one row an artist and source, the longest due first. Own
-- lists do not change by themselves. Where the clock never sent for one, it was looked at when its last album came.
with listed as (
    select b.artist_id, s.source, max(b.release_date) filter (where isfinite(b.release_date)) as last_release,
           max(b.created_at) as found_at
    from public.albums b
    cross join lateral jsonb_object_keys(
        case when jsonb_typeof(b.metadata -> 'sources') = 'object' then b.metadata -> 'sources' else '{}' end) s(source)
    where s.source <> 'sample' and s.source not like 'file:%%'
      and (%(sources)s::text[] is null or s.source = any (%(sources)s))
    group by b.artist_id, s.source
), looked as (
    select l.artist_id, l.source, l.last_release, coalesce(k.sent_at, l.found_at) as looked_at
    from listed l
    left join linernotes.artist_looks k on k.artist_id = l.artist_id and k.source = l.source
)
select k.artist_id, k.source, d.due_at
from looked k
cross join lateral (
    select linernotes.artist_due(k.last_release, k.looked_at, k.artist_id::text || '/' || k.source) as due_at
    where k.looked_at <= %(now)s - interval '6 days'  -- the shortest interval is longer
) d
where d.due_at <= %(now)s
order by d.due_at, k.artist_id, k.source
limit %(limit)s;

-- name: expire
select linernotes.expire_artist_answers(%(artists)s, %(sources)s, %(now)s);

-- name: looked
insert into linernotes.artist_looks as k (artist_id, source, sent_at)
select artist_id, source, %(now)s from unnest(%(artists)s::uuid[], %(sources)s::text[]) u(artist_id, source)
order by artist_id, source
on conflict (artist_id, source) do update set sent_at = excluded.sent_at;
