-- name: records
-- Every producer as stored, who was merged too, with what tells people apart: name, kind, artists, recordings. At most
-- %(most)s of each, so that no record outweighs the rest.
with said as (
    select c.producer_id,
           (array_agg(distinct r.artist_key))[1:%(most)s] as artists,
           (array_agg(distinct c.recording_id::text))[1:%(most)s] as recordings
    from linernotes.claims c
    join linernotes.recordings r on r.id = c.recording_id
    group by c.producer_id
)
select p.id::text as id, linernotes.search_key(p.name) as name,
       substring(linernotes.name_key(p.name) from '[^ ]+$') as last_word,
       coalesce(linernotes.sound_key(linernotes.name_key(p.name)), linernotes.search_key(p.name)) as sound,
       s.artists, s.recordings
from public.producers p
join said s on s.producer_id = p.id
where char_length(p.name) <= 200 and linernotes.name_key(p.name) is not null;

-- name: decided
-- What is known of pairs: merges in force are one person, those that were taken back are two.
select distinct on (least(m.merged_id, m.into_id), greatest(m.merged_id, m.into_id))
       least(m.merged_id, m.into_id) as one_id, greatest(m.merged_id, m.into_id) as other_id, m.undone_at is null as same
from linernotes.producer_merges m
order by least(m.merged_id, m.into_id), greatest(m.merged_id, m.into_id), m.id desc;

-- name: two_by_their_ids
-- Of pairs those whose own ids say that they are two (P3), as they are stored, merges aside; and those of a group and
-- a person.
select u.one_id, u.other_id
from unnest(%(ones)s::uuid[], %(others)s::uuid[]) u(one_id, other_id)
where exists (
    select from linernotes.external_ids a
    join linernotes.external_ids b
        on b.entity_type = 'producer' and b.entity_id = u.other_id and b.scheme = a.scheme
    where a.entity_type = 'producer' and a.entity_id = u.one_id and a.scheme <> 'name'
      and a.scheme not in (select s.scheme from linernotes.schemes_of_several_ids s)
    group by a.scheme
    having not bool_or(a.value = b.value))
   or (select k.kind from linernotes.producer_kinds k where k.producer_id = u.one_id)
      <> (select k.kind from linernotes.producer_kinds k where k.producer_id = u.other_id);

-- name: keep
-- Replace what an earlier comparison found by these pairs, for who they are now: not who is one already, who was kept
-- apart, or whom ids make two. Returns how many stand.
with gone as (
    delete from linernotes.scored_pairs
), found as (
    select least(a.id, b.id) as one_id, greatest(a.id, b.id) as other_id, max(u.score) as score
    from unnest(%(ones)s::uuid[], %(others)s::uuid[], %(scores)s::float8[]) u(one_id, other_id, score)
    cross join lateral (select linernotes.survivor_of(u.one_id) as id) a
    cross join lateral (select linernotes.survivor_of(u.other_id) as id) b
    where a.id <> b.id
    group by 1, 2
), kept as (
    insert into linernotes.scored_pairs (one_id, other_id, score, at)
    select f.one_id, f.other_id, f.score, %(now)s
    from found f
    where not linernotes.were_kept_apart(f.one_id, f.other_id)
      and linernotes.conflicting_schemes(f.one_id, f.other_id, '', '[]') is null
    on conflict (one_id, other_id) do update set score = excluded.score, at = excluded.at
    returning 1
)
select count(*) from kept;
