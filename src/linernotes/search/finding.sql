-- name: in_role
-- Words are roles or classes; `producer` means all that count as one.
s.tags && array(select 'role:' || r.code from linernotes.roles r
                where r.code = any (%(roles)s::text[]) or r.class = any (%(roles)s::text[])
                   or (r.counts_as_producer and 'producer' = any (%(roles)s::text[])))

-- name: in_role_and_year
s.tags && array(select 'role:' || r.code || '@' || y from linernotes.roles r cross join unnest(%(years)s::int[]) y
                where r.code = any (%(roles)s::text[]) or r.class = any (%(roles)s::text[])
                   or (r.counts_as_producer and 'producer' = any (%(roles)s::text[])))

-- name: in_year
s.tags && array(select 'year:' || y from unnest(%(years)s::int[]) y)

-- name: with_tags
s.tags @> %(tags)s::text[]

-- name: without_tags
not s.tags && %(without)s::text[]

-- name: by_place
-- Producers without a name that was asked for, from a place in the order on.
select s.producer_id as id, s.name, s.kind, s.name as matched, 0 as closeness, 1.0::float8 as likeness,
       case when cardinality(%(roles)s::text[]) = 1 then coalesce((s.words ->> (%(roles)s::text[])[1])::int, 0)
            else s.recordings end as recordings,
       s.artists, s.roles, s.best_known, s.links, s.confidence,
       /*number of*/ as place
from linernotes.producer_search s
where /*conditions*/ /*rising*/
  and (not %(begun)s::boolean
       or (s./*key*/ <= /*after*/
           and (s./*key*/ < /*after*/ or (s.name, s.producer_id) > (%(after_1)s::text, %(after_2)s::uuid))))
order by s./*key*/ desc, s.name, s.producer_id
limit %(limit)s;

-- name: by_name
-- The rest of `answering`: those near names, nearest first or in another order, from a place in it on. Who has not been
-- counted yet is found by name all the same. A first name is that of thousands: they are put in order by what an index
-- holds, and only those of the page are looked up.
select f.id, f.name, s.kind, f.matched, f.closeness, f.likeness, coalesce(
           case when cardinality(%(roles)s::text[]) = 1
                then coalesce((s.words ->> (%(roles)s::text[])[1])::int, 0) else s.recordings end, 0) as recordings,
       coalesce(s.artists, 0) as artists, coalesce(s.roles, '{}') as roles, coalesce(s.best_known, '{}') as best_known,
       coalesce(s.links, 0) as links, s.confidence, f.near, f.alike, f.place
from (
    select o.*
    from (
        select h.producer_id as id, h.name as matched, h.closeness, h.likeness::float8 as likeness,
               coalesce(s.name, (select p.name from public.producers p where p.id = h.producer_id)) as name,
               case when /*by relevance*/ then h.closeness else 0 end as near,
               -- Names that are only spelt alike come by likeness, in steps of a tenth.
               case when /*by relevance*/ and h.closeness = 6
                    then round(h.likeness::numeric, 1) else 0 end::float8 as alike,
               /*number of*/ as place
        from nearest h
        left join linernotes.producer_search s on s.producer_id = h.producer_id
        where /*conditions*/ /*rising*/
    ) o
    where not %(begun)s::boolean
       or (o.near, -o.alike, -o.place, o.name, o.id)
          > (%(after_0)s::int, -%(after_1)s::float8, -%(after_2)s::float8, %(after_3)s::text, %(after_4)s::uuid)
    order by o.near, o.alike desc, o.place desc, o.name, o.id
    limit %(limit)s
) f
left join linernotes.producer_search s on s.producer_id = f.id
order by f.near, f.alike desc, f.place desc, f.name, f.id;
