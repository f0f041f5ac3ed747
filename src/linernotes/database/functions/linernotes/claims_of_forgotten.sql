-- Which of these claims are about somebody who was forgotten, by place (from 1): of who is on the list, and of a name
-- that is on the list together with the recording's artist, unless one of its ids is that of somebody who is here.
-- Null for none. p_people and p_claims: as in store_claims.
create or replace function linernotes.claims_of_forgotten(p_people jsonb, p_claims jsonb) returns bigint[]
language plpgsql stable set search_path = '' as $$
declare
    v_people bigint[];
    v_places bigint[];
    v_texts text[];
    v_claims bigint[];
begin
    if not exists (select from linernotes.forgotten) then
        return null;
    end if;
    select coalesce(array_agg(l.place), '{}') into v_people from linernotes.people_on_the_list(p_people) l;

    with named as materialized (
        select e.ord as person, n.search_key
        from jsonb_array_elements(p_people) with ordinality e(body, ord)
        cross join lateral (
            select e.body ->> 'search_key' as search_key
            union
            select a.search_key from jsonb_to_recordset(e.body -> 'aliases') as a(search_key text)
        ) n
        where e.ord <> all (v_people) and not exists (
            select from jsonb_to_recordset(e.body -> 'ids') as i(scheme text, value text)
            join linernotes.external_ids x
                on x.entity_type = 'producer' and x.scheme = i.scheme and x.value = i.value
            where i.scheme <> 'name')
    ), claimed as materialized (
        select c.ord, (c.body ->> 'person')::bigint as person, (c.body ->> 'recording_id')::uuid as recording_id,
               (c.body ->> 'track_id')::uuid as track_id
        from jsonb_array_elements(p_claims) with ordinality c(body, ord)
        where (c.body ->> 'person')::bigint in (select n.person from named n)
    ), work as materialized (
        select w.recording_id, w.track_id, a.name
        from (select distinct c.recording_id, c.track_id from claimed c) w
        cross join lateral linernotes.artists_of_work(w.recording_id, w.track_id) a(name)
    ), artist as materialized (
        -- Few artists have many works, and a key costs more than all the rest.
        select w.name, linernotes.search_key(w.name) as key from (select distinct x.name from work x) w
    )
    select array_agg(k.ord), array_agg(n.search_key || chr(31) || a.key) into v_places, v_texts
    from claimed k
    join named n on n.person = k.person
    join work w on w.recording_id = k.recording_id and w.track_id is not distinct from k.track_id
    join artist a on a.name = w.name;

    select array_agg(distinct x.place) into v_claims
    from (
        select v_places[l.place] as place from linernotes.listed('credit', v_texts) l
        union all
        select c.ord from jsonb_array_elements(p_claims) with ordinality c(body, ord)
        where (c.body ->> 'person')::bigint = any (v_people)
    ) x;
    return v_claims;
end
$$;
revoke all on function linernotes.claims_of_forgotten(jsonb, jsonb) from public;
