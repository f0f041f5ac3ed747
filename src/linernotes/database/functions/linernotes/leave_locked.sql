-- Take the locks of what these messages are about (take_locks), and leave those for later whose entity is in other
-- hands: they spend no attempt. A step of claim_batch; p_taken is what take_visible returns. Returns the others.
create or replace function linernotes.leave_locked(
    p_queue text, p_taken jsonb, p_lease interval, p_worker text, p_now timestamptz
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_locked jsonb;
begin
    select jsonb_agg(to_jsonb(l)) into v_locked
    from linernotes.take_locks(p_queue, p_taken, p_lease, p_worker, p_now) l;
    if v_locked is null then
        return p_taken;
    end if;

    execute format($sql$
        update pgmq.%I q
        set vt = l.until,
            headers = q.headers || jsonb_build_object(
                'attempts', (q.headers ->> 'attempts')::integer - 1, 'worker', q.headers -> 'last_worker')
        from jsonb_to_recordset($1) as l(msg_id bigint, until timestamptz)
        where q.msg_id = l.msg_id
    $sql$, 'q_' || p_queue) using v_locked;
    return (
        select coalesce(jsonb_agg(t), '[]')
        from jsonb_array_elements(p_taken) t
        where not exists (select from jsonb_array_elements(v_locked) l where l -> 'msg_id' = t -> 'msg_id'));
end
$$;
revoke all on function linernotes.leave_locked(text, jsonb, interval, text, timestamptz) from public;
