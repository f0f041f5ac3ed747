-- name: due
-- Tracks of which a source should be asked again, one row a track and source, the longest due first. source is null for
-- a track that no source of the web knew. Own lists and what people said do not change by themselves.
with looked as (
    select l.track_id, l.source, l.looked_at
    from linernotes.lookups l
    where l.looked_at <= %(now)s - interval '1 day'
      and l.source not in ('sample', 'hand') and l.source not like 'file:%%'
    union all
    select t.id, null, s.last_processed_at
    from public.processing_status s
    join public.tracks t on t.id = case when s.entity_id ~ '^[0-9a-f-]{36}$' then s.entity_id::uuid end
    where s.entity_type = 'track' and s.state = 'COMPLETED' and s.last_processed_at <= %(now)s - interval '1 day'
      and not exists (select from linernotes.lookups l where l.track_id = t.id)
)
select t.id as track_id, t.name as track, a.id as artist_id, a.name as artist, al.id as album_id, al.name as album,
       al.release_date, k.source, k.looked_at, d.due_at, web.source as catalogue
from looked k
join public.tracks t on t.id = k.track_id
join public.albums al on al.id = t.album_id
join public.artists a on a.id = al.artist_id
left join lateral (
    select w.source from jsonb_object_keys(coalesce(al.metadata -> 'sources', '{}')) w(source)
    where w.source <> 'sample' and w.source not like 'file:%%'
    order by w.source limit 1
) web on true
cross join lateral (
    select linernotes.due_again(al.release_date, t.created_at, k.looked_at, t.id::text || '/' || coalesce(k.source, ''))
        as due_at
    -- Cheaper than the schedule itself: 162 days are the shortest of its long intervals.
    where k.looked_at <= %(now)s - interval '162 days'
       or greatest(al.release_date, t.created_at::date) + 100 > k.looked_at::date
) d
where t.recording_id is not null and d.due_at <= %(now)s and coalesce(k.source, web.source) is not null
  and (%(sources)s::text[] is null or coalesce(k.source, web.source) = any (%(sources)s))
order by d.due_at, t.id, k.source
limit %(limit)s;

-- name: expire
select linernotes.expire_answers(%(tracks)s, %(sources)s, %(now)s);
