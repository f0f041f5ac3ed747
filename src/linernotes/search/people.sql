-- name: held_as_one
-- Spellings that credits use for one person, beside the person's own name; and who was merged.
select * from (
    select 'one person' as decision, p.name, n.name as other_name,
           case when own.name_key = n.name_key then 'the same name but for capitals, spaces or width'
                when own.search_key = n.search_key
                    then format('one id at %%s; the spellings differ only in punctuation, spaces or accents', n.source)
                else format('one id at %%s', n.source)
           end as reason,
           null::bigint as common_recordings, p.id as producer_id, p.id as other_id,
           null::text[] as known_for, null::text[] as other_known_for
    from linernotes.producer_names n
    join public.producers p on p.id = n.producer_id
    join linernotes.producer_names own on own.producer_id = p.id and own.name = p.name
    where n.kind in ('name', 'credited_as') and n.name <> p.name
      and not exists (select from linernotes.producer_redirects d where d.merged_id = p.id)
    union all
    select 'one person', p.name, q.name, format('merged by %%s: %%s', m.by, m.why), null, p.id, q.id, null, null
    from linernotes.producer_merges m
    join public.producers q on q.id = m.merged_id
    join public.producers p on p.id = linernotes.survivor_of(m.merged_id)
    where m.undone_at is null
) one
order by name, other_name, other_id
limit %(limit)s;

-- name: kept_apart
-- People who share a name, or whose names differ only in what a search passes over. They stay two until an id that
-- both sources know makes them one (P2).
with spelt as (
    select coalesce(d.survivor_id, n.producer_id) as producer_id, n.name, n.kind, n.name_key, n.search_key
    from linernotes.producer_names n
    left join linernotes.producer_redirects d on d.merged_id = n.producer_id
), pair as (
    select distinct on (a.producer_id, b.producer_id)
           a.producer_id, a.name, a.kind, a.name_key, b.producer_id as other_id, b.name as other_name,
           b.kind as other_kind, b.name_key as other_key
    from spelt a
    join spelt b on b.search_key = a.search_key and a.producer_id < b.producer_id
    where a.search_key <> ''
    order by a.producer_id, b.producer_id, (a.kind = 'alias')::int + (b.kind = 'alias')::int,
             a.name_key = b.name_key desc, a.name, b.name
)
select 'kept apart' as decision, pair.name, pair.other_name,
       case when pair.kind = 'alias' or pair.other_kind = 'alias' then 'a name of one is an alias of the other'
            when pair.name_key = pair.other_key then 'the same name, no id in common'
            else 'differ only in punctuation, spaces or accents'
       end as reason,
       told.recordings as common_recordings, pair.producer_id, pair.other_id,
       told.one_known_for as known_for, told.other_known_for
from pair
cross join lateral linernotes.told_of_pair(pair.producer_id, pair.other_id) told
order by told.recordings desc, pair.name, pair.other_name, pair.producer_id
limit %(limit)s;

-- name: look_further
-- How alike names must be for the index to bring them together.
select set_config('pg_trgm.similarity_threshold', %(likeness)s, true);

-- name: near_spellings
-- Names that may be one name misspelt: a letter or two apart, or alike in four fifths of their letter groups. Looked
-- for among the producers with most credits, because each takes a search of its own.
with credited as (
    select n.producer_id, n.name, n.search_key
    from linernotes.producer_names n
    left join (select producer_id, count(*) as credits from public.track_producers group by 1) c using (producer_id)
    where n.kind = 'name' and char_length(n.search_key) between 4 and 200
    order by coalesce(c.credits, 0) desc, n.producer_id, n.name
    limit %(examined)s
), pair as (
    select distinct on (least(a.producer_id, b.producer_id), greatest(a.producer_id, b.producer_id))
           a.producer_id, a.name, b.producer_id as other_id, b.name as other_name,
           extensions.levenshtein(a.search_key, b.search_key) as letters,
           extensions.similarity(a.search_key, b.search_key) as likeness
    from credited a
    join linernotes.producer_names b on b.search_key operator(extensions.%%) a.search_key
    left join linernotes.producer_redirects x on x.merged_id = a.producer_id
    left join linernotes.producer_redirects y on y.merged_id = b.producer_id
    where b.kind = 'name' and b.search_key <> a.search_key
      and coalesce(x.survivor_id, a.producer_id) <> coalesce(y.survivor_id, b.producer_id)
      and char_length(b.search_key) <= 200
    order by least(a.producer_id, b.producer_id), greatest(a.producer_id, b.producer_id), letters, a.name, b.name
)
select 'kept apart' as decision, pair.name, pair.other_name,
       case when pair.letters = 1 then '1 letter apart'
            when pair.letters = 2 then '2 letters apart'
            else format('alike to %%s of 1', round(pair.likeness::numeric, 2))
       end as reason,
       told.recordings as common_recordings, pair.producer_id, pair.other_id,
       told.one_known_for as known_for, told.other_known_for
from pair
cross join lateral linernotes.told_of_pair(pair.producer_id, pair.other_id) told
where pair.likeness >= %(alike)s
   or (pair.letters <= 2 and least(char_length(pair.name), char_length(pair.other_name)) >= 8)
order by told.recordings desc, pair.letters, pair.name, pair.other_name
limit %(limit)s;

-- name: problems
-- What sources said that could not be used or contradicts itself, the latest first.
select k.source, k.record, k.kind, k.detail, k.entity_type, k.entity_id, k.first_seen_at, k.last_seen_at
from linernotes.problems k
where %(source)s::text is null or k.source = %(source)s
order by k.last_seen_at desc, k.source, k.record, k.kind, k.detail
limit %(limit)s;
