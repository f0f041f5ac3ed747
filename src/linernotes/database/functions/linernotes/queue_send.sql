-- Send one message and wake who listens for its queue. Returns its msg_id.
-- Raises 22023 for a blank name or no body, 42P01 for an unknown queue.
create or replace function linernotes.queue_send(p_queue text, p_body jsonb) returns bigint
language plpgsql set search_path = '' as $$
declare
    v_queue text := linernotes.queue_name(p_queue);
    v_msg_id bigint;
begin
    if p_queue is null or btrim(p_queue) = '' then
        raise exception using errcode = '22023', message = 'queue_name must not be blank';
    elsif p_body is null then
        raise exception using errcode = '22023', message = 'message_body must not be null';
    elsif v_queue is null then
        raise exception using errcode = '42P01', message = format('queue %L does not exist', p_queue);
    end if;
    select s into v_msg_id from pgmq.send(v_queue, p_body) s;
    perform pg_notify('linernotes', v_queue);
    return v_msg_id;
end
$$;
revoke all on function linernotes.queue_send(text, jsonb) from public;
