-- Store what is said of producers that have an id of ours or a normalized name, which makes a new one where nobody has
-- it. A field of a row fills what is empty; of a row that overrules it replaces what was there. metadata is added key by
-- key either way. A name is kept among the producer's names too, and found by it is who a source knows by name only.
-- p_producers: [{"id" or "normalized_name", "name", "email", "image_url", "instagram_handle", "instagram_bio",
--                "metadata": object, "enriched": boolean, "overrules": boolean, "source"}]
-- Returns the id of each, in order. Raises 23502 for a new producer without name, 22023 for one who was forgotten.
create or replace function linernotes.store_producers(
    p_producers jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_ids uuid[];
    v_producers jsonb;
begin
    perform linernotes.hold_people(false);
    v_producers := linernotes.producers_to_keep(p_producers);

    insert into public.producers (normalized_name, name, created_at, updated_at)
    select distinct on (p.normalized_name) p.normalized_name, p.name, p_now, p_now
    from jsonb_to_recordset(v_producers) as p(id uuid, normalized_name text, name text)
    where p.id is null
      and not exists (select from public.producers t where t.normalized_name = p.normalized_name)
    order by p.normalized_name
    on conflict (normalized_name) do nothing;

    select array_agg(coalesce((e.body ->> 'id')::uuid, t.id) order by e.ord) into v_ids
    from jsonb_array_elements(v_producers) with ordinality e(body, ord)
    left join public.producers t on t.normalized_name = e.body ->> 'normalized_name';
    perform from public.producers t where t.id = any (v_ids) order by t.id for no key update;

    update public.producers t set
        name = coalesce(s.name, t.name),
        email = case when s.overrules then coalesce(s.email, t.email) else coalesce(t.email, s.email) end,
        image_url = case when s.overrules then coalesce(s.image_url, t.image_url)
                         else coalesce(t.image_url, s.image_url) end,
        instagram_handle = case when s.overrules then coalesce(s.instagram_handle, t.instagram_handle)
                                else coalesce(t.instagram_handle, s.instagram_handle) end,
        instagram_bio = case when s.overrules then coalesce(s.instagram_bio, t.instagram_bio)
                             else coalesce(t.instagram_bio, s.instagram_bio) end,
        metadata = coalesce(linernotes.contract_object_or_null(t.metadata) || s.metadata, s.metadata, t.metadata),
        enriched_at = case when s.enriched then p_now else t.enriched_at end,
        enrichment_failed = t.enrichment_failed and not coalesce(s.enriched, false),
        updated_at = p_now
    from (
        select distinct on (v_ids[e.ord]) v_ids[e.ord] as id, p.name, p.email, p.image_url, p.instagram_handle,
            p.instagram_bio, linernotes.contract_object_or_null(p.metadata) as metadata, p.enriched, p.overrules
        from jsonb_array_elements(v_producers) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body) as p(
            name text, email text, image_url text, instagram_handle text, instagram_bio text, metadata jsonb,
            enriched boolean, overrules boolean)
        order by v_ids[e.ord], e.ord
    ) s
    where t.id = s.id;

    perform linernotes.store_names(jsonb_agg(jsonb_build_object(
        'producer_id', v_ids[k.ord], 'name', k.name, 'name_key', k.name_key,
        'search_key', linernotes.search_key(k.name), 'kind', 'name')), k.source, p_now)
    from (
        select e.ord, e.body ->> 'name' as name, linernotes.name_key(e.body ->> 'name') as name_key,
               e.body ->> 'source' as source
        from jsonb_array_elements(v_producers) with ordinality e(body, ord)
    ) k
    where k.name_key is not null
    group by k.source;

    insert into linernotes.external_ids (entity_type, scheme, value, entity_id, first_seen_at)
    select 'producer', 'name', e.body ->> 'normalized_name', v_ids[e.ord], p_now
    from jsonb_array_elements(v_producers) with ordinality e(body, ord)
    where e.body ? 'normalized_name' and e.body ->> 'name' is not null
    order by 3
    on conflict do nothing;

    return query select u.ord, u.id from unnest(v_ids) with ordinality u(id, ord);
end
$$;
