-- Of what sources know of producers, what may be kept: nothing of who is not here any more, nothing of who is recognised
-- as somebody who was forgotten (by an id, or by a link and a name: linernotes.forget_again), and no link and no id of
-- theirs at anybody else. p_profiles: as in store_profiles. Returns those that are left, '[]' when none is.
create or replace function linernotes.profiles_to_keep(p_profiles jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
    v_profiles jsonb;
    v_places bigint[];
    v_texts text[];
    v_ids jsonb;
    v_links jsonb;
    v_named bigint[];
begin
    select coalesce(jsonb_agg(e.body order by e.ord), '[]') into v_profiles
    from jsonb_array_elements(p_profiles) with ordinality e(body, ord)
    where exists (select from public.producers p where p.id = (e.body ->> 'producer_id')::uuid);
    if v_profiles = '[]' or not exists (select from linernotes.forgotten) then
        return v_profiles;
    end if;

    select array_agg(e.ord), array_agg((i ->> 'scheme') || ':' || lower(i ->> 'value')) into v_places, v_texts
    from jsonb_array_elements(v_profiles) with ordinality e(body, ord)
    cross join lateral jsonb_array_elements(e.body -> 'ids') i;
    select jsonb_agg(jsonb_build_object('place', v_places[l.place], 'text', v_texts[l.place], 'receipt_id', l.receipt_id))
    into v_ids from linernotes.listed('id', v_texts) l;

    select array_agg(e.ord), array_agg((k ->> 'kind') || ':' || lower(k ->> 'value')) into v_places, v_texts
    from jsonb_array_elements(v_profiles) with ordinality e(body, ord)
    cross join lateral jsonb_array_elements(e.body -> 'links') k;
    select jsonb_agg(jsonb_build_object('place', v_places[l.place], 'text', v_texts[l.place], 'receipt_id', l.receipt_id))
    into v_links from linernotes.listed('link', v_texts) l;
    if v_ids is null and v_links is null then
        return v_profiles;
    end if;

    select array_agg(n.ord), array_agg(n.search_key) into v_places, v_texts
    from (
        select e.ord, n.search_key
        from jsonb_array_elements(v_profiles) with ordinality e(body, ord)
        join linernotes.producer_names n on n.producer_id = (e.body ->> 'producer_id')::uuid
        union
        select e.ord, a ->> 'search_key'
        from jsonb_array_elements(v_profiles) with ordinality e(body, ord)
        cross join lateral jsonb_array_elements(e.body -> 'aliases') a
    ) n;
    select coalesce(array_agg(v_places[l.place]), '{}') into v_named from linernotes.listed('name', v_texts) l;
    perform linernotes.forget_again(
        jsonb_agg(jsonb_build_object('producer_id', v_profiles -> (m.place - 1)::integer -> 'producer_id',
                                     'receipt_id', m.receipt_id)),
        min(v_profiles -> (m.place - 1)::integer ->> 'source'), p_now)
    from (
        select i.place, i.receipt_id from jsonb_to_recordset(v_ids) as i(place bigint, receipt_id uuid)
        union
        select k.place, k.receipt_id from jsonb_to_recordset(v_links) as k(place bigint, receipt_id uuid)
        where k.place = any (v_named)
    ) m;

    select coalesce(jsonb_agg(e.body || jsonb_build_object(
               'ids', (select coalesce(jsonb_agg(i order by nth), '[]')
                       from jsonb_array_elements(e.body -> 'ids') with ordinality u(i, nth)
                       where not exists (
                           select from jsonb_to_recordset(v_ids) as x(text text)
                           where x.text = (i ->> 'scheme') || ':' || lower(i ->> 'value'))),
               'links', (select coalesce(jsonb_agg(k order by nth), '[]')
                         from jsonb_array_elements(e.body -> 'links') with ordinality u(k, nth)
                         where not exists (
                             select from jsonb_to_recordset(v_links) as x(text text)
                             where x.text = (k ->> 'kind') || ':' || lower(k ->> 'value')))) order by e.ord), '[]')
    into v_profiles
    from jsonb_array_elements(v_profiles) with ordinality e(body, ord)
    where exists (select from public.producers p where p.id = (e.body ->> 'producer_id')::uuid);
    return v_profiles;
end
$$;
revoke all on function linernotes.profiles_to_keep(jsonb, timestamptz) from public;
