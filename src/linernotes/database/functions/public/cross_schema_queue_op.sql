-- 'delete' or 'reset' (make visible now, or after p_params.delay_seconds) one message, wherever the queue's table
-- lies. p_message_id is its number or UUID form (decision D1). Answers with an object: operation, queue, success
-- (whether the message was found), message_id, queue_table, method; or, for what cannot be done, operation, success
-- false and error. It does not raise.
create or replace function public.cross_schema_queue_op(
    p_operation text, p_queue_name text, p_message_id text default null, p_params jsonb default '{}'
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
    v_table text := linernotes.queue_table(p_queue_name);
    v_msg_id bigint := coalesce(linernotes.queue_msg_id(p_message_id), 0);
    v_delay jsonb := p_params -> 'delay_seconds';
    v_error text;
begin
    v_error := case
        when p_operation is null or p_operation not in ('delete', 'reset')
            then 'Unknown operation: ' || coalesce(p_operation, 'null')
        when p_message_id is null or btrim(p_message_id) = '' then 'Message ID required'
        when jsonb_typeof(p_params) <> 'object' then 'p_params must be an object'
        when p_operation = 'reset' and jsonb_typeof(v_delay) <> 'null' and v_delay::text !~ '^[0-9]{1,9}$'
            then 'delay_seconds must be an integer, 0 or more'
        when v_table is null then format('Unknown queue: %s', coalesce(p_queue_name, 'null'))
    end;
    if v_error is not null then
        return jsonb_build_object('operation', p_operation, 'success', false, 'error', v_error);
    end if;
    return jsonb_build_object(
        'operation', p_operation,
        'queue', p_queue_name,
        'success', case p_operation
            when 'delete' then linernotes.queue_delete(p_queue_name, v_msg_id)
            else linernotes.queue_release(p_queue_name, v_msg_id, coalesce(nullif(v_delay, 'null')::integer, 0)) end,
        'message_id', p_message_id,
        'queue_table', v_table,
        'method', case p_operation when 'delete' then 'cross_schema_delete' else 'visibility_timeout_reset' end);
exception when others then
    return jsonb_build_object('operation', p_operation, 'success', false, 'error', sqlerrm);
end
$$;
revoke all on function public.cross_schema_queue_op(text, text, text, jsonb)
    from public, anon, authenticated, service_role;
grant execute on function public.cross_schema_queue_op(text, text, text, jsonb) to service_role;
