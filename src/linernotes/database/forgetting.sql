-- name: fits
-- Raises 55000 for another key than the one that people here were forgotten under.
select p.inner_pad is not null from linernotes.forget_pads() p;

-- name: hold
-- From here to the end of the transaction nobody stores people, and no answer is kept.
select linernotes.hold_people(true);

-- name: known_as
-- What to look for in kept answers: names as they are written, search keys, and ids.
select coalesce((select array_agg(distinct s) from linernotes.spellings_of(i.people) s), '{}') as spellings,
       coalesce((select array_agg(distinct k.value) from linernotes.known_as(i.people) k where k.kind = 'name'), '{}')
           as names,
       coalesce((select array_agg(distinct k.value) from linernotes.known_as(i.people) k where k.kind = 'value'), '{}')
           as ids
from (select array(select linernotes.identities_of(%(producer)s)) as people) i;

-- name: answers
select r.source, r.request, r.body from linernotes.responses r;

-- name: forget
select linernotes.forget_people(array[%(producer)s::uuid], %(answers)s, false, %(now)s);

-- name: receipts
select r.id, r.at, r.again, r.erased,
       (select count(*) from linernotes.forgotten f where f.receipt_id = r.id) as marks
from linernotes.forget_receipts r
order by r.at desc, r.id
limit %(limit)s;

-- name: refused
-- How many claims of sources are not kept, because whom they are about was forgotten.
select coalesce(sum(l.forgotten), 0) from linernotes.lookups l where l.forgotten > 0;

-- name: lift
-- The receipt stays, as a record of what was erased; its marks go.
delete from linernotes.forgotten f where f.receipt_id = %(receipt)s;

-- name: receipt
select exists (select from linernotes.forget_receipts r where r.id = %(receipt)s);

-- name: also_artist
-- Artists of the catalogue who share an id or a name with a producer: works of theirs stay under that name.
select distinct a.name
from public.artists a
where a.id in (
    select x.entity_id
    from linernotes.external_ids e
    join linernotes.external_ids x on x.entity_type = 'artist' and x.scheme = e.scheme and x.value = e.value
    where e.entity_type = 'producer' and e.scheme <> 'name'
      and e.entity_id in (select linernotes.identities_of(%(producer)s))
    union
    select n.artist_id
    from linernotes.producer_names p
    join linernotes.artist_names n on n.search_key = p.search_key
    where p.producer_id in (select linernotes.identities_of(%(producer)s)))
order by a.name;

-- name: joint
-- Other producers whose name holds this one's: joint credits such as "A & B", which are people of their own.
select distinct p.id, p.name
from public.producers p
join linernotes.producer_names n on n.producer_id = p.id
cross join (select linernotes.pattern_of(array(
    select s from linernotes.spellings_of(array(select linernotes.identities_of(%(producer)s))) s where length(s) > 3))
    as pattern) w
where n.name ~* w.pattern and p.id not in (select linernotes.identities_of(%(producer)s))
order by p.name, p.id
limit 20;

-- name: proof
select encode(k.proof, 'hex') from linernotes.forget_key k;

-- name: saved_receipts
select r.id, r.at, r.again, r.erased from linernotes.forget_receipts r order by r.at, r.id;

-- name: saved_marks
select encode(f.mark, 'hex') as mark, f.kind, f.receipt_id as receipt from linernotes.forgotten f order by f.mark;

-- name: load_proof
insert into linernotes.forget_key (proof) values (%(proof)s) on conflict do nothing;

-- name: load_receipts
insert into linernotes.forget_receipts (id, at, again, erased)
select r.id, r.at, r.again, r.erased
from jsonb_to_recordset(%(receipts)s) as r(id uuid, at timestamptz, again boolean, erased jsonb)
on conflict do nothing;

-- name: load_marks
insert into linernotes.forgotten (mark, kind, receipt_id)
select decode(m.mark, 'hex'), m.kind, m.receipt
from jsonb_to_recordset(%(marks)s) as m(mark text, kind text, receipt uuid)
on conflict do nothing;

-- name: forgotten_here
select f.id from linernotes.forgotten_here() f(id) order by f.id;

-- name: forget_again
select linernotes.forget_people(array[%(producer)s::uuid], %(answers)s, true, %(now)s);
