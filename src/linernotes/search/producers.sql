-- name: answering
-- The beginning of a statement: `nearest`, the producers that answer to a term by any of their names, each by the name
-- that is nearest: the same name, then names of which it is a word, that begin with it, that contain it, that are
-- spelt like it. The names of who was merged find who they are now (P4).
-- begins, contains: whether to look for such names; both false leaves the names that are the same. beside: whether to
-- look for names that are only spelt alike, which costs most, also where some name answers.
with near as materialized (
    select n.producer_id, n.name, n.kind, n.name_key, n.search_key
    from linernotes.producer_names n
    where n.name_key = %(name_key)s
       or n.search_key = %(search_key)s
       or (%(begins)s::boolean and (n.search_key like %(prefix)s or n.name_key like %(name_prefix)s))
       or (%(contains)s::boolean and (n.name_key like %(name_contained)s or n.search_key like %(contained)s))
), alike as (
    select n.producer_id, n.name, n.kind, n.name_key, n.search_key
    from linernotes.names_spelt_alike(%(name_key)s, %(search_key)s) n
    where %(contains)s::boolean and (%(beside)s::boolean or not exists (select from near))
      and n.name_key not like %(name_contained)s and n.search_key not like %(contained)s
), named as (
    select coalesce(d.survivor_id, x.producer_id) as producer_id, x.name, x.kind,
           case when x.name_key = %(name_key)s and x.kind = 'name' and d.merged_id is null then 0
                when x.name_key = %(name_key)s then 1
                when x.search_key = %(search_key)s then 2
                when ' ' || x.name_key || ' ' like %(words)s then 3
                when x.search_key like %(prefix)s or x.name_key like %(name_prefix)s then 4
                else 5
           end as closeness, 1.0::float8 as likeness
    from near x
    left join linernotes.producer_redirects d on d.merged_id = x.producer_id
    union all
    select coalesce(d.survivor_id, x.producer_id), x.name, x.kind, 6,
           linernotes.name_likeness(x.name_key, x.search_key, %(name_key)s, %(search_key)s)
    from alike x
    left join linernotes.producer_redirects d on d.merged_id = x.producer_id
), nearest as (
    select distinct on (producer_id) *
    from named
    where closeness < 6
       or likeness >= case when exists (select from named where closeness < 6)
                           then %(alike_beside)s else %(alike_from)s end
    order by producer_id, closeness, likeness desc, kind = 'name' desc, name
)

-- name: search_producers
-- The rest of it: of equally near names those with most credited recordings first. A recording counts once, however
-- many tracks carry it. Counted here and now; find_by_name is for many, and looks at what was counted before.
, counted as (
    select h.*, credits.recordings
    from nearest h
    cross join lateral (
        select count(distinct coalesce(t.recording_id, t.id)) as recordings
        from public.track_producers c
        join public.tracks t on t.id = c.track_id
        where c.producer_id = h.producer_id and c.confidence >= %(shown_from)s
          and (%(roles)s::text[] is null or c.role = any (%(roles)s))
    ) credits
    where %(roles)s::text[] is null or credits.recordings > 0
    order by h.closeness, case when h.closeness = 6 then round(h.likeness::numeric, 1) end desc,
             credits.recordings desc, h.likeness desc, h.name, h.producer_id
    limit %(limit)s
)
select p.id, p.name, k.kind, h.name as matched, h.closeness, h.likeness::float8 as likeness,
       h.recordings, coalesce(work.artists, 0) as artists, coalesce(work.roles, '{}') as roles,
       coalesce(work.best_known, '{}') as best_known, shown.links, work.confidence::float8 as confidence
from counted h
join public.producers p on p.id = h.producer_id
left join lateral (
    select k.kind from linernotes.producer_kinds k
    where k.producer_id in (select linernotes.identities_of(p.id))
    order by k.producer_id <> p.id, k.producer_id
    limit 1
) k on true
left join lateral (
    with credit as (
        select c.role, c.confidence, coalesce(t.recording_id, t.id) as recording_id, a.id as artist_id, a.name
        from public.track_producers c
        join public.tracks t on t.id = c.track_id
        join public.albums al on al.id = t.album_id
        join public.artists a on a.id = al.artist_id
        where c.producer_id = p.id and c.confidence >= %(shown_from)s
          and (%(roles)s::text[] is null or c.role = any (%(roles)s))
    )
    select (select count(distinct artist_id) from credit) as artists,
           (select max(confidence) from credit) as confidence,
           (select jsonb_object_agg(role, recordings)
            from (select role, count(distinct recording_id) as recordings from credit group by role) r) as roles,
           (select array_agg(name order by recordings desc, name)
            from (select name, count(distinct recording_id) as recordings
                  from credit group by artist_id, name order by 2 desc, 1 limit 3) a) as best_known
) work on true
cross join lateral (
    select count(distinct (l.kind, l.value)) as links
    from linernotes.producer_links l
    where l.producer_id in (select linernotes.identities_of(p.id)) and l.state <> 'gone'
      and not linernotes.claimed_by_several(l.kind, l.value)
) shown
order by h.closeness, case when h.closeness = 6 then round(h.likeness::numeric, 1) end desc,
         h.recordings desc, h.likeness desc, p.name, p.id;

-- name: roles_asked
-- The codes that a word means: a role's own code, or all roles of a class. `producer` means all that count as one.
select code
from linernotes.roles
where case when %(role)s = 'producer' then counts_as_producer else code = %(role)s or class = %(role)s end
order by code;

-- name: known_roles
select code as word from linernotes.roles union select class from linernotes.roles order by word;

-- name: producer_by_id
-- Who has an id; the id of somebody who was merged leads to who they are now, with a remark (P4).
select p.id, p.name, k.kind,
       case when m.id is null then ''
            else format('%%s (%%s) was merged into %%s on %%s: %%s', asked.name, asked.id, p.name,
                        to_char(m.at at time zone 'UTC', 'YYYY-MM-DD'), coalesce(nullif(m.why, ''), 'no reason given'))
       end as remark
from public.producers asked
join public.producers p on p.id = linernotes.survivor_of(asked.id)
left join linernotes.producer_merges m on m.merged_id = asked.id and m.undone_at is null
left join lateral (
    select k.kind from linernotes.producer_kinds k
    where k.producer_id in (select linernotes.identities_of(p.id))
    order by k.producer_id <> p.id, k.producer_id
    limit 1
) k on true
where asked.id = %(id)s;

-- name: producer_of_source
-- Who has an id at a source; where somebody was merged, who they are now.
select linernotes.survivor_of(e.entity_id)
from linernotes.external_ids e
where e.entity_type = 'producer' and e.scheme = %(scheme)s and e.value = %(value)s;
