-- name: credit_by_id
select c.track_id, c.producer_id, c.role from public.track_producers c where c.id = %(id)s;

-- name: credits
-- A producer's credits on one track.
select c.role, c.confidence::float8 as confidence, c.verified, c.inherited, c.conflict, c.scope, c.credited_as,
       c.source, c.sources
from public.track_producers c
join linernotes.roles r on r.code = c.role
where c.track_id = %(track_id)s and c.producer_id = %(producer_id)s
order by r.counts_as_producer desc, c.confidence desc, c.role;

-- name: claims
-- Every claim about one producer on one recording as linernotes.concluded_credits weighs them: their own and those of
-- whom was merged into them, those of a source that knows the same name, or another spelling of it, without an id, and
-- those that another version of the work passes on.
-- counts: the best of its family, so it is part of the confidence. combined: what all that count come to. rejected: a
-- person said that it is wrong, of this recording or of the version that passes it on.
with target as (
    select id, artist_key, title_key, version_class from linernotes.recordings where id = %(recording_id)s
), rejected as (
    select distinct x.recording_id, coalesce(d.survivor_id, x.producer_id) as producer_id, x.role
    from target t
    join linernotes.recordings v on v.artist_key = t.artist_key and v.title_key = t.title_key
    join linernotes.rejections x on x.recording_id = v.id and x.restored_at is null
    left join linernotes.producer_redirects d on d.merged_id = x.producer_id
), said as (
    select c.*, r.class, coalesce(d.survivor_id, c.producer_id) as person_id
    from target t
    join linernotes.claims c on c.recording_id = t.id
    join linernotes.roles r on r.code = c.role
    left join linernotes.producer_redirects d on d.merged_id = c.producer_id
), heard as (
    select s.class, s.scope from said s
    where s.family <> 'hand' and not exists (
        select from rejected x
        where x.recording_id = s.recording_id and x.producer_id = s.person_id and x.role = s.role)
), own as (
    select s.*,
           s.scope = 'release' and exists (
               select from heard h where h.class = s.class and h.scope <> 'release') as overruled
    from said s
), known as (
    select o.recording_id as said_of, o.producer_id as said_id, o.person_id as producer_id, o.note, o.role, o.source,
           o.record, o.family, o.scope, o.raw_role, o.credited_as, o.name_key, o.by_name, o.url, o.base, o.match, o.first_seen_at, o.last_seen_at, o.overruled,
           null::numeric as share, null::text as inherited_from
    from own o
    union all
    select v.id, c.producer_id, coalesce(d.survivor_id, c.producer_id), c.note, c.role, c.source,
           c.record, c.family, c.scope, c.raw_role, c.credited_as, c.name_key, c.by_name, c.url, c.base, c.match, c.first_seen_at, c.last_seen_at, false,
           linernotes.inherited_share(v.version_class, t.version_class, r.class), v.title
    from target t
    join linernotes.recordings v
        on v.artist_key = t.artist_key and v.title_key = t.title_key and v.version_class <> t.version_class
    join linernotes.claims c on c.recording_id = v.id and c.scope <> 'release'
    join linernotes.roles r on r.code = c.role
    left join linernotes.producer_redirects d on d.merged_id = c.producer_id
    where linernotes.inherited_share(v.version_class, t.version_class, r.class) is not null
      and not exists (select from heard h where h.class = r.class)
), identified as (
    select name_key, (array_agg(producer_id))[1] as producer_id
    from known
    where not by_name and not overruled
    group by name_key
    having count(distinct producer_id) = 1
), spelt as materialized (
    select n.search_key, unnest(array_agg(n.name_key)) as name_key
    from (
        select k.name_key, coalesce(min(n.search_key), linernotes.search_key(k.name_key)) as search_key
        from known k
        left join linernotes.producer_names n on n.producer_id = k.said_id and n.name_key = k.name_key
        where not k.overruled
        group by k.name_key
    ) n
    group by n.search_key
    having count(*) > 1
), written_twice as (
    select s.search_key
    from spelt s join known k on k.name_key = s.name_key and k.by_name and not k.overruled
    group by s.search_key, k.said_of, k.source, k.record, k.role
    having count(distinct k.producer_id) > 1
), alike as (
    select s.search_key,
           (array_agg(k.producer_id order by k.by_name, octet_length(k.name_key) desc, k.name_key collate "C" desc))[1]
               as producer_id
    from spelt s join known k on k.name_key = s.name_key and not k.overruled
    where s.search_key not in (select w.search_key from written_twice w)
    group by s.search_key
    having count(distinct k.producer_id) > 1 and count(distinct k.producer_id) filter (where not k.by_name) < 2
), meant as (
    select k.*, coalesce(i.producer_id, a.producer_id, k.producer_id) as meant_id,
           i.producer_id is null and a.producer_id is not null as by_spelling
    from known k
    left join identified i on i.name_key = k.name_key and k.by_name
    left join spelt s on s.name_key = k.name_key and k.by_name and i.producer_id is null
    left join alike a on a.search_key = s.search_key and a.producer_id <> k.producer_id
        and not linernotes.were_kept_apart(a.producer_id, k.producer_id)
), theirs as (
    select m.*, m.base * m.match * coalesce(m.share, 1) as strength, w.alone_at_most, exists (
               select from rejected x
               where x.recording_id in (%(recording_id)s, m.said_of) and x.role = m.role
                 and x.producer_id in (m.meant_id, m.producer_id)) as rejected
    from meant m
    left join linernotes.weak_families w on w.family = split_part(m.family, ':', 1)
    where m.meant_id = %(producer_id)s
), weighed as (
    select t.*, not t.overruled and not t.rejected and row_number() over (
               partition by t.role, t.family, t.overruled, t.rejected
               order by t.strength desc, t.source, t.credited_as) = 1 as counts
    from theirs t
)
select w.role, w.source, w.family, w.record, w.url, w.raw_role, w.credited_as, w.scope, w.base::float8 as base,
       w.match::float8 as match, w.share::float8 as share, w.strength::float8 as strength, w.inherited_from,
       w.by_name, w.by_spelling, w.overruled, w.rejected, w.counts, w.note, w.first_seen_at, w.last_seen_at,
       case when bool_or(w.counts) over (partition by w.role) then least(
           linernotes.combined_confidence(array_agg(w.strength) filter (where w.counts) over (partition by w.role)),
           case when bool_and(w.alone_at_most is not null) filter (where w.counts) over (partition by w.role)
                then max(w.alone_at_most) filter (where w.counts) over (partition by w.role) end)::float8
       end as combined
from weighed w
order by w.role, w.counts desc, w.strength desc, w.source, w.record;

-- name: lookups
-- Sources that were asked about a recording and do not name this producer: claims tells how many others they name.
select l.source, max(l.claims) as claims, max(l.looked_at) as looked_at
from linernotes.lookups l
where l.recording_id = %(recording_id)s and not (l.source = any (%(sources)s))
group by l.source
order by l.source;

-- name: rejections
-- Which credits of a producer on a recording people said are wrong, and which of these were restored.
select x.role, x.by, x.at, x.why, x.restored_at, x.restored_by
from linernotes.rejections x
where x.recording_id = %(recording_id)s and x.producer_id in (select linernotes.identities_of(%(producer_id)s))
order by x.role, x.at desc;
