-- People as an answer brings them, without the ids that would join two people (rule P3): a second id of a scheme of
-- which one person has one, and an id that is known of somebody whose other ids differ. What is left out is noted as a
-- problem, here where nobody has the id, else by linernotes.merge_on_shared_ids. Of several ids the first, the most
-- telling, always stays.
-- p_people: as in resolve_producers. Returns them in the same order.
create or replace function linernotes.ids_of_one_person(
    p_people jsonb, p_source text, p_now timestamptz default clock_timestamp()
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_people jsonb := p_people;
    v_ord bigint;
    v_id record;
    v_kept jsonb;
    v_owner uuid;
    v_left text;
begin
    for v_ord in
        with given as materialized (
            select r.ord, i ->> 'scheme' as scheme, i ->> 'value' as value, e.entity_id as owner
            from jsonb_array_elements(p_people) with ordinality r(body, ord)
            cross join lateral jsonb_array_elements(r.body -> 'ids') i
            left join linernotes.external_ids e
                on e.entity_type = 'producer' and e.scheme = i ->> 'scheme' and e.value = i ->> 'value'
            where jsonb_array_length(r.body -> 'ids') > 1
              and i ->> 'scheme' not in (select s.scheme from linernotes.schemes_of_several_ids s)
        )
        select g.ord from given g
        join given o on o.ord = g.ord and o.scheme = g.scheme and o.value <> g.value
        union
        select g.ord from given g
        join given o on o.ord = g.ord
        join linernotes.external_ids e
            on e.entity_type = 'producer' and e.entity_id = o.owner and e.scheme = g.scheme and e.value <> g.value
        order by 1
    loop
        v_kept := '[]';
        v_owner := null;
        for v_id in
            select i ->> 'scheme' as scheme, i ->> 'value' as value, e.entity_id as owner,
                   i ->> 'scheme' = split_part(p_source, ':', 1)
                       or exists (select from linernotes.schemes_of_several_ids s where s.scheme = i ->> 'scheme') as several
            from jsonb_array_elements(p_people -> (v_ord - 1)::integer -> 'ids') with ordinality l(i, nth)
            left join linernotes.external_ids e
                on e.entity_type = 'producer' and e.scheme = i ->> 'scheme' and e.value = i ->> 'value'
            order by nth
        loop
            v_left := null;
            if not v_id.several and exists (
                select from jsonb_to_recordset(v_kept) as k(scheme text, value text)
                where k.scheme = v_id.scheme and k.value <> v_id.value)
            then
                v_left := 'the same answer names another ' || v_id.scheme || ' id first';
            elsif v_owner is null and v_id.owner is not null and exists (
                select from jsonb_to_recordset(v_kept) as k(scheme text, value text)
                join linernotes.external_ids e
                    on e.entity_type = 'producer' and e.entity_id = v_id.owner and e.scheme = k.scheme
                where k.scheme not in (select s.scheme from linernotes.schemes_of_several_ids s)
                having bool_or(e.value <> k.value) and not bool_or(e.value = k.value))
            then
                v_left := 'it is known of somebody whose other ids differ';
            elsif v_owner is not null and v_id.owner is null and not v_id.several and exists (
                select from linernotes.external_ids e
                where e.entity_type = 'producer' and e.entity_id = v_owner and e.scheme = v_id.scheme)
            then
                v_left := format('producer %s has another %s id', v_owner, v_id.scheme);
            else
                v_kept := v_kept || jsonb_build_object('scheme', v_id.scheme, 'value', v_id.value);
                v_owner := coalesce(v_owner, v_id.owner);
                continue;
            end if;
            continue when v_id.owner is not null;  -- whose two ids these are is merge_on_shared_ids's to tell
            insert into linernotes.problems as k (source, record, kind, detail, first_seen_at, last_seen_at)
            values (p_source, v_id.scheme || ':' || v_id.value, 'second_id',
                format('%s %s is said to be an id of %s, and was not taken: %s', v_id.scheme, v_id.value,
                       p_people -> (v_ord - 1)::integer ->> 'name', v_left), p_now, p_now)
            on conflict (source, record, kind, detail) do nothing;
        end loop;
        v_people := jsonb_set(v_people, array[(v_ord - 1)::text, 'ids'], v_kept);
    end loop;
    return v_people;
end
$$;
