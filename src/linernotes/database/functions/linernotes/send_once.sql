-- Send messages, each once: a key that is on its way, or done and still fresh, is not sent again.
-- p_messages: [{"key": text, "body": object}]; the body gets its key as _idempotencyKey. Returns how many went out.
-- Two senders of one key at the same moment may both send it; the consumer works once (claim_batch).
create or replace function linernotes.send_once(
    p_queue text, p_messages jsonb, p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_sent integer;
begin
    execute format($sql$
        with asked as (
            select distinct on (m.key) m.key, m.body
            from jsonb_to_recordset($2) as m(key text, body jsonb)
            order by m.key
        ), due as (
            select a.key, a.body
            from asked a
            left join linernotes.idempotency_keys k on k.queue_name = $1 and k.key = a.key
            where k.key is null
               or (k.done_at is not null and k.fresh_until <= $3)
               or (k.done_at is null
                   and not exists (select from pgmq.%1$I q where q.msg_id = k.msg_id)
                   and not exists (select from linernotes.parked_messages p
                                   where p.queue_name = $1 and p.msg_id = k.msg_id))
        ), sent as (
            insert into pgmq.%1$I (vt, message)
            select $3, d.body || jsonb_build_object('_idempotencyKey', d.key) from due d order by d.key
            returning msg_id, message ->> '_idempotencyKey' as key
        ), kept as (
            insert into linernotes.idempotency_keys as k (queue_name, key, msg_id, sent_at)
            select $1, s.key, s.msg_id, $3 from sent s order by s.key
            on conflict (queue_name, key) do update
                set msg_id = excluded.msg_id, sent_at = excluded.sent_at, done_at = null, fresh_until = null
        )
        select count(*) from sent
    $sql$, 'q_' || p_queue) into v_sent using p_queue, p_messages, p_now;
    if v_sent > 0 then
        perform pg_notify('linernotes', p_queue);
    end if;
    return v_sent;
end
$$;
