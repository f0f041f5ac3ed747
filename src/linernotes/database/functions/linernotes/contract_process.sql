-- What the four process_..._atomic functions share: store one thing through the store of its noun, and note it in
-- queue_metrics, once for each operation (decision D5). Returns the thing's id.
-- p_noun: artist, album, track or producer. p_key: its spotify_id, of a producer its normalized_name. p_row: the thing
-- as linernotes.store_...s takes it, without ids; it overrules what is stored.
-- Raises 22023 for a blank key and for a new thing that lacks what it needs, 23503 for an unknown artist or album.
create or replace function linernotes.contract_process(
    p_noun text, p_queue text, p_operation_id text, p_key text, p_row jsonb
) returns uuid language plpgsql set search_path = '' as $$
declare
    v_key_name text := case p_noun when 'producer' then 'normalized_name' else 'spotify_id' end;
    v_parent text := case p_noun when 'album' then 'artist_id' when 'track' then 'album_id' end;
    v_row jsonb := jsonb_build_object('overrules', true, 'source', format('process_%s_atomic', p_noun)) || p_row;
    v_metric uuid;
    v_done jsonb;
    v_id uuid;
    v_stored jsonb;
begin
    if p_key is null or btrim(p_key) = '' then
        raise exception using errcode = '22023', message = format('p_%s must not be blank', v_key_name);
    end if;
    select o.metric_id, o.done into v_metric, v_done
    from linernotes.contract_claim_operation(p_queue, p_operation_id, v_key_name, p_key) o;
    if v_done is not null then
        return (v_done ->> (p_noun || '_id'))::uuid;
    end if;

    -- A name that is blank is none.
    v_row := v_row || jsonb_build_object('name', case when btrim(v_row ->> 'name') <> '' then v_row ->> 'name' end);
    v_row := v_row || case p_noun
        when 'producer' then jsonb_build_object('normalized_name', p_key)
        else jsonb_build_object('ids', jsonb_build_array(jsonb_build_object('scheme', 'spotify', 'value', p_key))) end;
    begin
        execute format('select s.id from linernotes.%I(jsonb_build_array($1), now()) s', format('store_%ss', p_noun))
            into v_id using v_row;
    exception when not_null_violation then
        raise exception using errcode = '22023',
            message = format('a new %s needs a name%s', p_noun, coalesce(' and ' || v_parent, ''));
    end;

    execute format('select to_jsonb(t) from public.%I t where t.id = $1', p_noun || 's') into v_stored using v_id;
    update public.queue_metrics m
    set details = jsonb_build_object(p_noun || '_id', v_id, v_key_name, p_key, 'operation_id', p_operation_id,
                                     'name', v_stored -> 'name')
        || case when v_parent is null then '{}' else jsonb_build_object(v_parent, v_stored -> v_parent) end
    where m.id = v_metric;
    return v_id;
end
$$;
revoke all on function linernotes.contract_process(text, text, text, text, jsonb) from public;
