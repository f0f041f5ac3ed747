-- Let one message be read again after some seconds; 0 is at once. read_ct and the body stay.
-- True when the message is there, false when it is not, null for an unknown queue.
create or replace function linernotes.queue_release(
    p_queue text, p_msg_id bigint, p_delay_seconds integer default 0
) returns boolean language plpgsql set search_path = '' as $$
declare
    v_table text := linernotes.queue_table(p_queue);
    v_released integer;
begin
    if v_table is null then
        return null;
    elsif v_table like 'pgmq.%' then
        perform pgmq.set_vt(linernotes.queue_name(p_queue), p_msg_id, p_delay_seconds);
        get diagnostics v_released = row_count;
    else
        execute format('update public.%I set vt = clock_timestamp() + make_interval(secs => $2) where msg_id = $1',
                       'pgmq_' || linernotes.queue_name(p_queue))
            using p_msg_id, p_delay_seconds;
        get diagnostics v_released = row_count;
    end if;
    if v_released > 0 and p_delay_seconds = 0 then
        perform pg_notify('linernotes', linernotes.queue_name(p_queue));
    end if;
    return v_released > 0;
end
$$;
revoke all on function linernotes.queue_release(text, bigint, integer) from public;
