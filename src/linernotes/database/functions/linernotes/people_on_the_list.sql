-- Who of these people was forgotten, by place (from 1): who has an id that is on the list, and who has no id and a name
-- that is on the list alone. p_people: as in resolve_producers.
create or replace function linernotes.people_on_the_list(p_people jsonb)
returns table (place bigint, receipt_id uuid) language plpgsql stable set search_path = '' as $$
declare
    v_places bigint[];
    v_texts text[];
    v_nameless bigint[];
    v_names text[];
begin
    if not exists (select from linernotes.forgotten) then
        return;
    end if;
    select array_agg(e.ord), array_agg((i ->> 'scheme') || ':' || lower(i ->> 'value')) into v_places, v_texts
    from jsonb_array_elements(p_people) with ordinality e(body, ord)
    cross join lateral jsonb_array_elements(e.body -> 'ids') i;
    select array_agg(e.ord), array_agg(e.body ->> 'search_key') into v_nameless, v_names
    from jsonb_array_elements(p_people) with ordinality e(body, ord)
    where not exists (select from jsonb_array_elements(e.body -> 'ids') i where i ->> 'scheme' <> 'name');
    return query
    select distinct on (x.place) x.place, x.receipt_id
    from (
        select v_places[l.place] as place, l.receipt_id from linernotes.listed('id', v_texts) l
        union all
        select v_nameless[l.place], l.receipt_id from linernotes.listed('alone', v_names) l
    ) x
    order by x.place, x.receipt_id;
end
$$;
revoke all on function linernotes.people_on_the_list(jsonb) from public;
