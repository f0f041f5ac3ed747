-- name: candidates
-- Pairs whose names come near each other; whether they are worth a person's time is judged afterwards.
select one_id, other_id from linernotes.suggest_people(%(producer)s, %(examined)s, %(each)s);

-- name: scored
-- Pairs that a comparison of the whole base found, as long as nobody has decided about them since.
select s.one_id, s.other_id, s.score::float8
from linernotes.scored_pairs s
where (%(producer)s::uuid is null or %(producer)s::uuid in (s.one_id, s.other_id))
  and not exists (select from linernotes.producer_redirects d where d.merged_id in (s.one_id, s.other_id))
  and not linernotes.were_kept_apart(s.one_id, s.other_id)
order by s.score desc, s.one_id, s.other_id
limit %(limit)s;

-- name: people
-- What is known of some people that tells whether they are one: names, ids, kind, and whom they worked with most.
select p.id, p.name, coalesce(named.names, '{}') as other_names, coalesce(known.ids, '{}') as ids, k.kind,
       coalesce(worked.artists, '{}') as known_for
from public.producers p
left join lateral (
    select array_agg(n.name) as names
    from (
        select n.name
        from linernotes.producer_names n
        where n.producer_id in (select linernotes.identities_of(p.id)) and n.name <> p.name
        group by n.name
        order by min(array_position(array['name', 'alias', 'credited_as'], n.kind)), n.name
        limit %(names)s
    ) n
) named on true
left join lateral (
    select jsonb_object_agg(e.scheme, e.vals) as ids
    from (
        select e.scheme, jsonb_agg(e.value order by e.value) as vals
        from linernotes.external_ids e
        where e.entity_type = 'producer' and e.scheme <> 'name'
          and e.entity_id in (select linernotes.identities_of(p.id))
        group by e.scheme
    ) e
) known on true
left join lateral (
    select k.kind from linernotes.producer_kinds k
    where k.producer_id in (select linernotes.identities_of(p.id))
    order by k.producer_id <> p.id, k.producer_id
    limit 1
) k on true
left join lateral (
    select array_agg(a.name order by w.tracks desc, a.name) as artists
    from (
        select w.artist_id, w.tracks from linernotes.producer_artists w
        where w.producer_id = p.id order by w.tracks desc, w.artist_id limit 2
    ) w
    join public.artists a on a.id = w.artist_id
) worked on true
where p.id = any (%(ids)s);

-- name: in_common
-- On how many recordings two people are both claimed.
select pair.one_id, pair.other_id, (
    select count(distinct c.recording_id)
    from linernotes.claims c
    where c.producer_id in (select linernotes.identities_of(pair.one_id)) and exists (
        select from linernotes.claims d
        where d.recording_id = c.recording_id
          and d.producer_id in (select linernotes.identities_of(pair.other_id)))) as recordings
from unnest(%(ones)s::uuid[], %(others)s::uuid[]) pair(one_id, other_id);

-- name: merges
-- Every merge and every decision that two are two, the latest first.
select m.id, a.name as merged, m.merged_id, b.name as into, m.into_id, m.at, m.by, m.why, m.automatic, m.undone_at,
       m.undone_by, m.undone_why
from linernotes.producer_merges m
join public.producers a on a.id = m.merged_id
join public.producers b on b.id = m.into_id
order by coalesce(m.undone_at, m.at) desc, m.id desc
limit %(limit)s;
