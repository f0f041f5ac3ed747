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
begin
    return linernotes.contract_process(
        'producer', 'producer_identification', p_operation_id, p_normalized_name, jsonb_build_object(
            'name', v_data ->> 'name',
            'email', v_data ->> 'email',
            'image_url', v_data ->> 'image_url',
            'instagram_handle', v_data ->> 'instagram_handle',
            'instagram_bio', v_data ->> 'instagram_bio',
            'metadata', linernotes.contract_object_or_null(v_data -> 'metadata'),
            'enriched', v_data ->> 'instagram_handle' is not null));
end
$$;
revoke all on function public.process_producer_atomic(jsonb, text, text)
    from public, anon, authenticated, service_role;
grant execute on function public.process_producer_atomic(jsonb, text, text) to service_role;
