-- Which of our things each row names: an existing one that any of its ids belongs to, else a new id.
-- p_rows: [{"ids": [{"scheme", "value"}, ...], ...}], the most telling id first; rows of one batch that share their
-- first id are one thing. Ids not seen before are kept. Of two workers that bring the same new thing at once, the
-- second waits at the unique key for the first to commit, and takes over its id. Returns one row for each element,
-- in its order (from 1).
create or replace function linernotes.resolve_ids(
    p_entity_type text, p_rows jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, entity_id uuid, is_new boolean)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_ords bigint[];
    v_nths bigint[];
    v_schemes text[];
    v_values text[];
    v_unseen boolean;
    v_found uuid[];
    v_proposed uuid[];
    v_new uuid[];
begin
    -- The common case, in one statement: every id is known.
    with given as materialized (
        select r.ord, i.nth, i.id ->> 'scheme' as scheme, i.id ->> 'value' as value, e.entity_id
        from jsonb_array_elements(p_rows) with ordinality r(body, ord)
        cross join lateral jsonb_array_elements(r.body -> 'ids') with ordinality i(id, nth)
        left join linernotes.external_ids e
            on e.entity_type = p_entity_type and e.scheme = i.id ->> 'scheme' and e.value = i.id ->> 'value'
    ), by_row as (
        select distinct on (g.ord) g.ord, g.entity_id from given g order by g.ord, (g.entity_id is null), g.nth
    )
    select array_agg(g.ord order by g.ord, g.nth), array_agg(g.nth order by g.ord, g.nth),
           array_agg(g.scheme order by g.ord, g.nth), array_agg(g.value order by g.ord, g.nth),
           bool_or(g.entity_id is null), (select array_agg(r.entity_id order by r.ord) from by_row r)
    into v_ords, v_nths, v_schemes, v_values, v_unseen, v_found
    from given g;

    if v_unseen is not true then
        return query select u.ord, u.id, false from unnest(v_found) with ordinality u(id, ord) order by u.ord;
        return;
    end if;

    -- A new id for each new thing; rows that share their first id are one.
    v_new := array(select linernotes.new_uuids(cardinality(v_found)));
    select array_agg(n.proposed order by n.ord) into v_proposed
    from (
        select g.ord, case when u.id is null then
            first_value(v_new[g.ord]) over (partition by g.scheme, g.value order by g.ord) end as proposed
        from unnest(v_ords, v_nths, v_schemes, v_values) g(ord, nth, scheme, value)
        join unnest(v_found) with ordinality u(id, ord) on u.ord = g.ord
        where g.nth = 1
    ) n;

    insert into linernotes.external_ids (entity_type, scheme, value, entity_id, first_seen_at)
    select distinct on (g.scheme, g.value)
        p_entity_type, g.scheme, g.value, coalesce(v_found[g.ord], v_proposed[g.ord]), p_now
    from unnest(v_ords, v_nths, v_schemes, v_values) g(ord, nth, scheme, value)
    where not exists (
        select from linernotes.external_ids e
        where e.entity_type = p_entity_type and e.scheme = g.scheme and e.value = g.value)
    order by g.scheme, g.value, g.nth
    on conflict (entity_type, scheme, value) do nothing;

    -- Where another worker was first with what is new to us, its id counts, for the further ids too.
    with first as (
        select g.ord, e.entity_id
        from unnest(v_ords, v_nths, v_schemes, v_values) g(ord, nth, scheme, value)
        join linernotes.external_ids e
            on e.entity_type = p_entity_type and e.scheme = g.scheme and e.value = g.value
        where g.nth = 1 and v_found[g.ord] is null
    ), moved as (
        update linernotes.external_ids e set entity_id = f.entity_id
        from (select distinct v_proposed[f.ord] as proposed, f.entity_id from first f) f
        where e.entity_id = f.proposed and f.entity_id <> f.proposed
    )
    select array_agg(coalesce(f.entity_id, p.found) order by p.ord) into v_found
    from unnest(v_found, v_proposed) with ordinality p(found, proposed, ord)
    left join first f on f.ord = p.ord;

    return query
    select p.ord, p.found, p.found is not distinct from p.proposed
    from unnest(v_found, v_proposed) with ordinality p(found, proposed, ord)
    order by p.ord;
end
$$;
