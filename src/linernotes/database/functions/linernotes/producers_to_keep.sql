-- What is said of producers, as store_producers takes it, without contacts of who was forgotten. Raises 22023 for a new
-- producer by a name of theirs: whoever stores people by names alone cannot mean anybody else.
create or replace function linernotes.producers_to_keep(p_producers jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
    v_texts text[];
    v_places bigint[];
    v_listed text[];
begin
    if not exists (select from linernotes.forgotten) then
        return p_producers;
    end if;
    select array_agg(linernotes.search_key(n)) into v_texts
    from jsonb_array_elements(p_producers) e
    cross join lateral (values (e ->> 'name'), (e ->> 'normalized_name')) x(n)
    where e ->> 'id' is null and n is not null
      and not exists (select from public.producers t where t.normalized_name = e ->> 'normalized_name');
    if exists (select from linernotes.listed('name', v_texts)) then
        raise exception using errcode = '22023',
            message = 'whom this names was forgotten, and is not stored again',
            hint = 'docs/people.md says what is forgotten, and how somebody comes back who wants to.';
    end if;

    select array_agg(x.contact) into v_texts
    from jsonb_array_elements(p_producers) e
    cross join lateral (
        values ('email:' || lower(e ->> 'email')), ('instagram:' || lower(ltrim(e ->> 'instagram_handle', '@')))) x(contact)
    where x.contact is not null;
    select array_agg(l.place) into v_places from linernotes.listed('link', v_texts) l;
    if v_places is null then
        return p_producers;
    end if;
    v_listed := array(select v_texts[u] from unnest(v_places) u);
    return (
        select jsonb_agg(e.body
            || case when 'email:' || lower(e.body ->> 'email') = any (v_listed)
                    then '{"email": null}'::jsonb else '{}' end
            || case when 'instagram:' || lower(ltrim(e.body ->> 'instagram_handle', '@')) = any (v_listed)
                    then '{"instagram_handle": null, "instagram_bio": null}'::jsonb else '{}' end order by e.ord)
        from jsonb_array_elements(p_producers) with ordinality e(body, ord));
end
$$;
revoke all on function linernotes.producers_to_keep(jsonb) from public;
