-- Remove one message for good. True when it was there, false when it was not, null for an unknown queue.
create or replace function linernotes.queue_delete(p_queue text, p_msg_id bigint) returns boolean
language plpgsql set search_path = '' as $$
declare
    v_table text := linernotes.queue_table(p_queue);
    v_deleted integer;
begin
    if v_table is null then
        return null;
    elsif v_table like 'pgmq.%' then
        return pgmq.delete(linernotes.queue_name(p_queue), p_msg_id);
    end if;
    execute format('delete from public.%I where msg_id = $1', 'pgmq_' || linernotes.queue_name(p_queue))
        using p_msg_id;
    get diagnostics v_deleted = row_count;
    return v_deleted > 0;
end
$$;
revoke all on function linernotes.queue_delete(text, bigint) from public;
