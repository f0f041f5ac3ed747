-- Bury those of these messages that were tried p_max_attempts times already, with the reason that their last worker can
-- no longer give. A step of claim_batch; p_taken is what take_visible returns. Returns the others.
create or replace function linernotes.bury_spent(
    p_queue text, p_taken jsonb, p_max_attempts integer, p_now timestamptz
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_spent jsonb;
begin
    select jsonb_agg(jsonb_build_object(
        'msg_id', t.msg_id, 'message', t.message, 'attempts', t.attempts - 1 + t.killed, 'first_at', t.first_at,
        'worker', coalesce(t.last_worker, 'unknown'), 'step', 'work', 'error_class', 'WorkerDied', 'issue', 'worker_died',
        'error', format('its worker ended %s times in the middle of the work and left no reason', t.attempts - 1 + t.killed)))
    into v_spent
    from jsonb_to_recordset(p_taken)
        as t(msg_id bigint, message jsonb, attempts integer, first_at timestamptz, last_worker text,
                                             killed integer)
    where t.attempts > p_max_attempts;
    if v_spent is null then
        return p_taken;
    end if;

    perform linernotes.bury_messages(p_queue, v_spent, p_now);
    perform linernotes.release_locks(p_queue, array_agg(t.msg_id), array_agg(t.read_ct))
    from jsonb_to_recordset(p_taken) as t(msg_id bigint, read_ct integer, attempts integer)
    where t.attempts > p_max_attempts;
    return (
        select coalesce(jsonb_agg(t), '[]')
        from jsonb_array_elements(p_taken) t where (t ->> 'attempts')::integer <= p_max_attempts);
end
$$;
revoke all on function linernotes.bury_spent(text, jsonb, integer, timestamptz) from public;
