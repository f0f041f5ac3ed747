-- Which of our things each row names: an existing one that any of its ids belongs to, else a new id.
-- p_rows: [{"ids": [{"scheme", "value"}, ...], ...}], the most telling id first; rows of one batch that share their
-- first id are one thing. Ids not seen before are kept. Two workers that bring the same new thing at once wait here
-- for each other. Returns one row for each element, in its order (from 1).
create or replace function linernotes.resolve_ids(
    p_entity_type text, p_rows jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, entity_id uuid, is_new boolean)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
    perform pg_advisory_xact_lock(l.key)
    from (
        select distinct hashtextextended(p_entity_type || ':' || (i ->> 'scheme') || ':' || (i ->> 'value'), 0) as key
        from jsonb_array_elements(p_rows) r
        cross join lateral jsonb_array_elements(r -> 'ids') i
        where not exists (
            select from linernotes.external_ids e
            where e.entity_type = p_entity_type and e.scheme = i ->> 'scheme' and e.value = i ->> 'value')
        order by 1
    ) l;

    return query
    with given as (
        select r.ord, i.nth, i.id ->> 'scheme' as scheme, i.id ->> 'value' as value
        from jsonb_array_elements(p_rows) with ordinality r(body, ord)
        cross join lateral jsonb_array_elements(r.body -> 'ids') with ordinality i(id, nth)
    ), known as (
        select distinct on (g.ord) g.ord, e.entity_id
        from given g
        join linernotes.external_ids e
            on e.entity_type = p_entity_type and e.scheme = g.scheme and e.value = g.value
        order by g.ord, g.nth
    ), fresh as (
        select g.scheme, g.value, linernotes.new_uuid() as entity_id
        from (select distinct g.scheme, g.value from given g
              where g.nth = 1 and not exists (select from known k where k.ord = g.ord)) g
    ), settled as materialized (
        select g.ord, coalesce(k.entity_id, f.entity_id) as entity_id, k.entity_id is null as is_new
        from given g
        left join known k on k.ord = g.ord
        left join fresh f on f.scheme = g.scheme and f.value = g.value
        where g.nth = 1
    ), kept as (
        insert into linernotes.external_ids (entity_type, scheme, value, entity_id, first_seen_at)
        select distinct on (g.scheme, g.value) p_entity_type, g.scheme, g.value, s.entity_id, p_now
        from given g join settled s on s.ord = g.ord
        order by g.scheme, g.value, g.nth
        on conflict (entity_type, scheme, value) do nothing
    )
    select s.ord, s.entity_id, s.is_new from settled s order by s.ord;
end
$$;
