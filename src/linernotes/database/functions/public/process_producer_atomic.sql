-- Store a producer, or add what is new to a known one, and note it in queue_metrics, all or nothing. Returns the id.
-- p_producer_data: name, email, image_url, instagram_handle, instagram_bio, metadata (object, merged key by key, new
-- keys win); what is absent or null keeps its stored value. A handle sets enriched_at and clears enrichment_failed.
-- The same p_operation_id for the same producer again changes nothing (decision D5). The name is kept among the
-- producer's names too, and the producer is found by it when a source knows no id.
-- Raises 22023 for a blank p_normalized_name, or a new producer without name.
create or replace function public.process_producer_atomic(
    p_producer_data jsonb, p_operation_id text, p_normalized_name text
) returns uuid language plpgsql security definer set search_path = '' as $$
declare
    v_data jsonb := linernotes.contract_require_object('p_producer_data', p_producer_data);
    v_name text := v_data ->> 'name';
    v_email text := v_data ->> 'email';
    v_image_url text := v_data ->> 'image_url';
    v_handle text := v_data ->> 'instagram_handle';
    v_bio text := v_data ->> 'instagram_bio';
    v_metadata jsonb := linernotes.contract_object_or_null(v_data -> 'metadata');
    v_metric uuid;
    v_done jsonb;
    v_id uuid;
begin
    if p_normalized_name is null or btrim(p_normalized_name) = '' then
        raise exception using errcode = '22023', message = 'p_normalized_name must not be blank';
    end if;
    select o.metric_id, o.done into v_metric, v_done
    from linernotes.contract_claim_operation(
        'producer_identification', p_operation_id, 'normalized_name', p_normalized_name) o;
    if v_done is not null then
        return (v_done ->> 'producer_id')::uuid;
    end if;

    if v_name is null or btrim(v_name) = '' then
        update public.producers p
        set email = coalesce(v_email, p.email), image_url = coalesce(v_image_url, p.image_url),
            instagram_handle = coalesce(v_handle, p.instagram_handle),
            instagram_bio = coalesce(v_bio, p.instagram_bio),
            metadata = case when v_metadata is null then p.metadata
                            else coalesce(linernotes.contract_object_or_null(p.metadata), '{}') || v_metadata end,
            enriched_at = case when v_handle is null then p.enriched_at else now() end,
            enrichment_failed = case when v_handle is null then p.enrichment_failed else false end,
            updated_at = now()
        where p.normalized_name = p_normalized_name
        returning p.id, p.name into v_id, v_name;
        if v_id is null then
            raise exception using errcode = '22023', message = 'a new producer needs a name';
        end if;
    else
        insert into public.producers as p
            (normalized_name, name, email, image_url, instagram_handle, instagram_bio, metadata, enriched_at)
        values (p_normalized_name, v_name, v_email, v_image_url, v_handle, v_bio, v_metadata,
                case when v_handle is not null then now() end)
        on conflict (normalized_name) do update
            set name = excluded.name, email = coalesce(excluded.email, p.email),
                image_url = coalesce(excluded.image_url, p.image_url),
                instagram_handle = coalesce(excluded.instagram_handle, p.instagram_handle),
                instagram_bio = coalesce(excluded.instagram_bio, p.instagram_bio),
                metadata = case when v_metadata is null then p.metadata
                                else coalesce(linernotes.contract_object_or_null(p.metadata), '{}') || v_metadata end,
                enriched_at = coalesce(excluded.enriched_at, p.enriched_at),
                enrichment_failed = case when v_handle is null then p.enrichment_failed else false end,
                updated_at = now()
        returning p.id into v_id;

        insert into linernotes.producer_names (producer_id, name, name_key, search_key, kind, source)
        select v_id, v_name, k.name_key, coalesce(nullif(linernotes.search_key(v_name), ''), k.name_key), 'name',
               'process_producer_atomic'
        from (select linernotes.name_key(v_name) as name_key) k
        where k.name_key <> ''
        on conflict (producer_id, name) do nothing;
        insert into linernotes.external_ids (entity_type, scheme, value, entity_id)
        values ('producer', 'name', p_normalized_name, v_id)
        on conflict do nothing;
    end if;

    update public.queue_metrics m
    set details = jsonb_build_object('producer_id', v_id, 'normalized_name', p_normalized_name,
                                     'operation_id', p_operation_id, 'name', v_name)
    where m.id = v_metric;
    return v_id;
end
$$;
revoke all on function public.process_producer_atomic(jsonb, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.process_producer_atomic(jsonb, text, text) to service_role;
