-- The work of these messages is done: they go, their keys are done until fresh_until (null: for ever), and their
-- entities are COMPLETED.
-- p_messages: [{"msg_id": bigint, "message": object, "fresh_until": timestamptz or null, "note": text or null}]
create or replace function linernotes.finish_messages(
    p_queue text, p_messages jsonb, p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
begin
    execute format('delete from pgmq.%I where msg_id = any($1)', 'q_' || p_queue)
        using (select array_agg((m ->> 'msg_id')::bigint) from jsonb_array_elements(p_messages) m);

    insert into linernotes.idempotency_keys as k (queue_name, key, msg_id, done_at, fresh_until)
    select distinct on (m.message ->> '_idempotencyKey')
        p_queue, m.message ->> '_idempotencyKey', m.msg_id, p_now, coalesce(m.fresh_until, 'infinity')
    from jsonb_to_recordset(p_messages) as m(msg_id bigint, message jsonb, fresh_until timestamptz)
    where m.message ? '_idempotencyKey'
    order by m.message ->> '_idempotencyKey', m.msg_id desc
    on conflict (queue_name, key) do update
        set msg_id = excluded.msg_id, done_at = excluded.done_at, fresh_until = excluded.fresh_until;

    insert into public.processing_status as s
        (entity_type, entity_id, state, last_processed_at, updated_at, last_error)
    select distinct on (e.entity_type, e.entity_id)
        e.entity_type, e.entity_id, 'COMPLETED', p_now, p_now, m.note
    from jsonb_to_recordset(p_messages) as m(msg_id bigint, message jsonb, note text)
    cross join lateral linernotes.entity_of(p_queue, m.message) e
    order by e.entity_type, e.entity_id, m.msg_id desc
    on conflict (entity_type, entity_id) do update
        set state = 'COMPLETED', last_processed_at = p_now, updated_at = p_now,
            last_error = excluded.last_error, dead_lettered = false;
end
$$;
