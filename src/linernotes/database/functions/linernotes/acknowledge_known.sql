-- Delete those of these messages whose key is done and still fresh: their work is known. A lock of their entity that has
-- run out goes with them. A step of claim_batch; p_taken is what take_visible returns. Returns the others.
create or replace function linernotes.acknowledge_known(
    p_queue text, p_taken jsonb, p_now timestamptz
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_known bigint[];
begin
    select array_agg(t.msg_id) into v_known
    from jsonb_to_recordset(p_taken) as t(msg_id bigint, message jsonb)
    join linernotes.idempotency_keys k
        on k.queue_name = p_queue and k.key = t.message ->> '_idempotencyKey'
    where k.done_at is not null and coalesce(k.fresh_until > p_now, true)
      and k.msg_id is distinct from t.msg_id;
    if v_known is null then
        return p_taken;
    end if;

    execute format('delete from pgmq.%I where msg_id = any($1)', 'q_' || p_queue) using v_known;
    delete from public.processing_locks l
    using jsonb_to_recordset(p_taken) as t(msg_id bigint, message jsonb)
    cross join lateral linernotes.entity_of(p_queue, t.message) e
    where t.msg_id = any (v_known) and l.entity_type = e.entity_type and l.entity_id = e.entity_id
      and l.last_heartbeat + make_interval(secs => l.ttl_seconds) <= p_now;
    return (
        select coalesce(jsonb_agg(t), '[]')
        from jsonb_array_elements(p_taken) t where (t ->> 'msg_id')::bigint <> all (v_known));
end
$$;
revoke all on function linernotes.acknowledge_known(text, jsonb, timestamptz) from public;
