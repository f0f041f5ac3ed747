-- Move our leases forward while work goes on, and the locks that we hold for them. Returns how many messages are
-- still ours.
-- A message that is held by a worker that lives is never stuck (decision D2 counts from last_read_at).
create or replace function linernotes.renew_leases(
    p_queue text, p_msg_ids bigint[], p_read_counts integer[], p_lease interval,
    p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_renewed text[];
begin
    execute format($sql$
        with renewed as (
            update pgmq.%I q set vt = $5 + $4, last_read_at = $5
            from unnest($2, $3) as ours(msg_id, read_ct)
            where ours.msg_id = q.msg_id and ours.read_ct = q.read_ct
            returning q.msg_id, q.read_ct
        )
        select array_agg($1 || '/' || r.msg_id || '/' || r.read_ct) from renewed r
    $sql$, 'q_' || p_queue) into v_renewed using p_queue, p_msg_ids, p_read_counts, p_lease, p_now;

    update public.processing_locks l set last_heartbeat = p_now where l.correlation_id = any (v_renewed);
    return coalesce(cardinality(v_renewed), 0);
end
$$;
