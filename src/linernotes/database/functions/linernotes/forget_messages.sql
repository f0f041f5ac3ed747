-- Erase the messages about these people: waiting, in a worker's hands, parked and archived, with their dead letters and
-- their keys. Who has one in hand has lost it, and writes nothing. p_ids, p_names: as in message_names.
-- p_pattern: what their names and ids look like in a text; it is taken out of the reasons of messages that stay.
-- Returns how many went, table by table.
create or replace function linernotes.forget_messages(p_ids text[], p_names text[], p_pattern text) returns jsonb
language plpgsql set search_path = '' as $$
declare
    v_queue text;
    v_gone integer;
    v_waiting integer := 0;
    v_archived integer := 0;
    v_parked bigint;
    v_letters bigint;
    v_keys bigint;
begin
    for v_queue in select l.queue_name::text from pgmq.list_queues() l order by l.queue_name loop
        execute format('delete from pgmq.%I m where linernotes.message_names(m.message, $1, $2)', 'q_' || v_queue)
            using p_ids, p_names;
        get diagnostics v_gone = row_count;
        v_waiting := v_waiting + v_gone;
        execute format('delete from pgmq.%I m where linernotes.message_names(m.message, $1, $2)', 'a_' || v_queue)
            using p_ids, p_names;
        get diagnostics v_gone = row_count;
        v_archived := v_archived + v_gone;
    end loop;
    delete from linernotes.parked_messages m where linernotes.message_names(m.message, p_ids, p_names);
    get diagnostics v_parked = row_count;
    delete from linernotes.dead_letters d where linernotes.message_names(d.message, p_ids, p_names);
    get diagnostics v_letters = row_count;
    delete from linernotes.idempotency_keys k
    where split_part(split_part(k.key, '#', 1), ':', 2) = any (p_ids) or k.key ~* p_pattern;
    get diagnostics v_keys = row_count;

    update linernotes.parked_messages m set why = linernotes.without_names(m.why, p_pattern) where m.why ~* p_pattern;
    update linernotes.dead_letters d set error = linernotes.without_names(d.error, p_pattern) where d.error ~* p_pattern;
    return jsonb_build_object('waiting_messages', v_waiting + v_parked, 'archived_messages', v_archived,
                              'dead_letters', v_letters, 'idempotency_keys', v_keys);
end
$$;
revoke all on function linernotes.forget_messages(text[], text[], text) from public;
