-- Move our leases forward while work goes on. Returns how many are still ours.
-- A message that is held by a worker that lives is never stuck (decision D2 counts from last_read_at).
create or replace function linernotes.renew_leases(
    p_queue text, p_msg_ids bigint[], p_read_counts integer[], p_lease interval,
    p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_renewed integer;
begin
    execute format($sql$
        update pgmq.%I q set vt = $4 + $3, last_read_at = $4
        from unnest($1, $2) as ours(msg_id, read_ct)
        where ours.msg_id = q.msg_id and ours.read_ct = q.read_ct
    $sql$, 'q_' || p_queue) using p_msg_ids, p_read_counts, p_lease, p_now;
    get diagnostics v_renewed = row_count;
    return v_renewed;
end
$$;
