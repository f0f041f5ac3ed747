-- Read up to p_limit visible messages of a queue, oldest first, hide them for the length of a lease, and count the
-- attempt: now, when work starts, so that a worker that dies leaves its trace. A message that was tried before comes
-- alone: it may be what killed its batch. One whose attempt was not counted, because its worker was killed from outside
-- (free_dead_worker), comes with at most 14 like it. A step of claim_batch.
-- Returns [{"msg_id", "read_ct", "message", "attempts": this one counted, "first_at", "last_worker": whoever had it and
-- neither finished it nor put it off, or null, "probes", "killed": how many attempts are not counted}], in no
-- order.
create or replace function linernotes.take_visible(
    p_queue text, p_limit integer, p_lease interval, p_worker text, p_now timestamptz
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_taken jsonb;
begin
    execute format($sql$
        with visible as (
            select q.msg_id, q.vt, coalesce((q.headers ->> 'attempts')::integer, 0) as attempts,
                   coalesce((q.headers ->> 'killed')::integer, 0) as killed
            from pgmq.%1$I q
            where q.vt <= $1
            order by q.vt, q.msg_id
            limit $2
            for update skip locked
        ), line as (
            select v.*, row_number() over (order by v.vt, v.msg_id) as place from visible v
        ), taken as (
            update pgmq.%1$I q
            set vt = $1 + $3,
                read_ct = q.read_ct + 1,
                last_read_at = $1,
                headers = coalesce(q.headers, '{}') || jsonb_build_object(
                    'attempts', v.attempts + 1, 'worker', $4,
                    'first_at', coalesce(q.headers -> 'first_at', to_jsonb($1)),
                    'last_worker', coalesce(q.headers -> 'worker', 'null'))
            from line v
            join line f on f.place = 1
            where q.msg_id = v.msg_id
              and (v.place = 1 or f.attempts = 0 and v.attempts = 0 and v.killed = f.killed
                                  and (v.killed = 0 or v.place <= 15))
            returning q.msg_id, q.read_ct, q.message, v.attempts + 1 as attempts,
                      q.headers ->> 'first_at' as first_at, q.headers ->> 'last_worker' as last_worker,
                      coalesce((q.headers ->> 'probes')::integer, 0) as probes,
                      coalesce((q.headers ->> 'killed')::integer, 0) as killed
        )
        select coalesce(jsonb_agg(to_jsonb(t)), '[]') from taken t
    $sql$, 'q_' || p_queue) into v_taken using p_now, p_limit, p_lease, p_worker;
    return v_taken;
end
$$;
revoke all on function linernotes.take_visible(text, integer, interval, text, timestamptz) from public;
