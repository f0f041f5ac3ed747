-- Look at these messages again later. An attempt that spent nothing (the source was busy) is taken back.
-- Nobody has it any more, and nobody died of it (claim_batch).
-- What is put off on purpose is not stuck: it counts as taken (last_read_at, decision D2) from when its time comes.
-- What waits for a source is parked (park_messages), anything else hidden until then.
-- p_messages: [{"msg_id": bigint, "message": object, "until": timestamptz, "why": text, "spent": boolean,
--               "source": text or null}]
create or replace function linernotes.postpone_messages(
    p_queue text, p_messages jsonb, p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
begin
    execute format($sql$
        update pgmq.%I q
        set vt = m.until,
            last_read_at = m.until,
            headers = (q.headers - 'worker') || case when m.spent then '{}' else '{"attempts": 0}'::jsonb end
        from jsonb_to_recordset($1) as m(msg_id bigint, until timestamptz, spent boolean, source text)
        where q.msg_id = m.msg_id and m.source is null
    $sql$, 'q_' || p_queue) using p_messages;

    if jsonb_path_exists(p_messages, '$[*].source ? (@ != null)') then
        perform linernotes.park_messages(p_queue, p_messages, p_now);
    end if;

    insert into public.processing_status as s
        (entity_type, entity_id, state, last_processed_at, updated_at, last_error)
    select distinct on (e.entity_type, e.entity_id)
        e.entity_type, e.entity_id, 'PENDING', p_now, p_now, m.why
    from jsonb_to_recordset(p_messages) as m(msg_id bigint, message jsonb, why text)
    cross join lateral linernotes.entity_of(p_queue, m.message) e
    order by e.entity_type, e.entity_id, m.msg_id
    on conflict (entity_type, entity_id) do update
        set state = 'PENDING', last_processed_at = p_now, updated_at = p_now, last_error = excluded.last_error,
            attempts = case when (
                select bool_or(m.spent) from jsonb_to_recordset(p_messages) as m(message jsonb, spent boolean)
                cross join lateral linernotes.entity_of(p_queue, m.message) e
                where (e.entity_type, e.entity_id) = (s.entity_type, s.entity_id)
            ) then s.attempts else 0 end;
end
$$;
