-- Which of our producers each person is: rules P1 to P3.
--
-- People are one only by a shared id. Who has no id is known by name alone, and is one person with everybody else
-- of that name key who has no id (scheme `name`). Ids that would join two people are left out (ids_of_one_person); two
-- that were two before stay two rows here, and are held for one by linernotes.merge_on_shared_ids. The second producer
-- of a name gets a qualified normalized_name, "name (2)"; the unqualified key stays with the names and only finds
-- candidates.
-- p_people: [{"name", "name_key", "search_key", "kind", "ids": [...], "aliases": [{"name", "name_key", "search_key"}]}]
-- Returns the producer of each, in order; new ones and new names are stored. Who was forgotten is not: their producer is
-- null (linernotes.people_on_the_list).
create or replace function linernotes.resolve_producers(
    p_people jsonb, p_source text, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, producer_id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_ids uuid[];
    v_new uuid[];
    v_left uuid[];
    v_round integer := 0;
    v_people jsonb;
    v_forgotten bigint[];
    v_kept bigint[];
begin
    perform linernotes.hold_people(false);
    select array_agg(l.place) into v_forgotten from linernotes.people_on_the_list(p_people) l;
    if v_forgotten is not null then
        select array_agg(e.ord order by e.ord), coalesce(jsonb_agg(e.body order by e.ord), '[]') into v_kept, v_people
        from jsonb_array_elements(p_people) with ordinality e(body, ord)
        where e.ord <> all (v_forgotten);
        return query
        select g.ord, r.producer_id
        from generate_series(1, jsonb_array_length(p_people)::bigint) g(ord)
        left join linernotes.resolve_producers(v_people, p_source, p_now) r on v_kept[r.ord] = g.ord;
        return;
    end if;

    v_people := linernotes.ids_of_one_person(p_people, p_source, p_now);
    select array_agg(r.entity_id order by r.ord), array_agg(r.entity_id) filter (where r.is_new)
    into v_ids, v_new
    from linernotes.resolve_ids('producer', (
        select jsonb_agg(case when jsonb_array_length(p -> 'ids') > 0 then p else p || jsonb_build_object(
            'ids', jsonb_build_array(jsonb_build_object('scheme', 'name', 'value', p ->> 'name_key'))) end)
        from jsonb_array_elements(v_people) p
    ), p_now) r;

    v_left := v_new;
    while cardinality(v_left) > 0 loop
        -- Each round takes the next free number of a name; another worker may take it first, hence the rounds.
        with unnamed as (
            select distinct on (v_ids[e.ord]) v_ids[e.ord] as id, e.body ->> 'name' as name, e.body ->> 'name_key' as key
            from jsonb_array_elements(p_people) with ordinality e(body, ord)
            where v_ids[e.ord] = any (v_left)
            order by v_ids[e.ord], e.ord
        ), numbered as (
            select u.*, v_round + row_number() over (partition by u.key order by u.id) + (
                select count(*) from linernotes.producer_names n where n.name_key = u.key and n.kind = 'name') as nth
            from unnamed u
        ), stored as (
            insert into public.producers (id, name, normalized_name, created_at, updated_at)
            select n.id, n.name, case when n.nth = 1 then n.key else format('%s (%s)', n.key, n.nth) end, p_now, p_now
            from numbered n order by n.key, n.nth
            on conflict (normalized_name) do nothing
            returning id
        )
        select array_agg(l) into v_left from unnest(v_left) l where l not in (select s.id from stored s);
        v_round := v_round + 1;
    end loop;

    perform linernotes.store_names((
        select jsonb_agg(jsonb_build_object(
            'producer_id', s.producer_id, 'name', s.name, 'name_key', s.name_key, 'search_key', s.search_key,
            'kind', coalesce(s.kind, case when p.name = s.name then 'name' else 'credited_as' end)))
        from (
            select v_ids[e.ord] as producer_id, n.name, n.name_key, n.search_key, n.kind
            from jsonb_array_elements(p_people) with ordinality e(body, ord)
            cross join lateral (
                values (e.body ->> 'name', e.body ->> 'name_key', e.body ->> 'search_key', null)
                union all
                select a.name, a.name_key, a.search_key, coalesce(a.kind, 'alias')
                from jsonb_to_recordset(e.body -> 'aliases')
                    as a(name text, name_key text, search_key text, kind text)
            ) n(name, name_key, search_key, kind)
        ) s
        join public.producers p on p.id = s.producer_id
        where not exists (
            select from linernotes.producer_names k where k.producer_id = s.producer_id and k.name = s.name)
    ), p_source, p_now);

    insert into linernotes.producer_kinds (producer_id, kind)
    select distinct on (v_ids[e.ord]) v_ids[e.ord], e.body ->> 'kind'
    from jsonb_array_elements(p_people) with ordinality e(body, ord)
    where e.body ->> 'kind' in ('person', 'group')
      and not exists (select from linernotes.producer_kinds k where k.producer_id = v_ids[e.ord])
    order by v_ids[e.ord], e.ord
    on conflict (producer_id) do nothing;

    return query select u.ord, u.id from unnest(v_ids) with ordinality u(id, ord);
end
$$;
