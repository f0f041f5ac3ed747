-- Give these messages up: into PGMQ's archive, with a row that says why. Their keys are free to be sent again.
-- p_messages: [{"msg_id", "message", "attempts", "first_at", "worker", "step", "error_class", "error", "issue"}]
create or replace function linernotes.bury_messages(
    p_queue text, p_messages jsonb, p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
begin
    perform pgmq.archive(p_queue, (select array_agg((m ->> 'msg_id')::bigint) from jsonb_array_elements(p_messages) m));

    insert into linernotes.dead_letters
        (queue_name, msg_id, message, step, error_class, error, attempts, first_at, last_at, worker)
    select p_queue, m.msg_id, m.message, m.step, m.error_class, m.error, m.attempts, m.first_at, p_now, m.worker
    from jsonb_to_recordset(p_messages) as m(
        msg_id bigint, message jsonb, attempts integer, first_at timestamptz, worker text,
        step text, error_class text, error text)
    on conflict (queue_name, msg_id) do nothing;

    delete from linernotes.idempotency_keys k
    using jsonb_to_recordset(p_messages) as m(message jsonb)
    where k.queue_name = p_queue and k.key = m.message ->> '_idempotencyKey';

    insert into public.worker_issues (worker_name, issue_type, message, details)
    select p_queue, m.issue, m.error,
           jsonb_build_object('msg_id', m.msg_id, 'message', m.message, 'worker', m.worker, 'step', m.step)
    from jsonb_to_recordset(p_messages)
        as m(msg_id bigint, message jsonb, worker text, step text, error text, issue text);

    insert into public.processing_status as s
        (entity_type, entity_id, state, attempts, last_processed_at, updated_at, last_error, dead_lettered)
    select distinct on (e.entity_type, e.entity_id)
        e.entity_type, e.entity_id, 'FAILED', m.attempts, p_now, p_now, m.error, true
    from jsonb_to_recordset(p_messages) as m(msg_id bigint, message jsonb, attempts integer, error text)
    cross join lateral linernotes.entity_of(p_queue, m.message) e
    order by e.entity_type, e.entity_id, m.msg_id desc
    on conflict (entity_type, entity_id) do update
        set state = 'FAILED', attempts = excluded.attempts, last_processed_at = p_now, updated_at = p_now,
            last_error = excluded.last_error, dead_lettered = true;

    if p_queue = 'social_enrichment' then
        perform linernotes.note_unenriched(array(
            select (m.message ->> 'producerId')::uuid
            from jsonb_to_recordset(p_messages) as m(message jsonb)
            where m.message ->> 'producerId' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'), p_now);
    end if;
end
$$;
