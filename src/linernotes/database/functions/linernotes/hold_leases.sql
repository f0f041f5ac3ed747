-- Those of our messages that nobody else has read since we did, locked until commit.
create or replace function linernotes.hold_leases(
    p_queue text, p_msg_ids bigint[], p_read_counts integer[]
) returns setof bigint language plpgsql set search_path = '' as $$
begin
    return query execute format($sql$
        select q.msg_id from pgmq.%I q
        join unnest($1, $2) as ours(msg_id, read_ct) on ours.msg_id = q.msg_id and ours.read_ct = q.read_ct
        order by q.msg_id
        for update of q
    $sql$, 'q_' || p_queue) using p_msg_ids, p_read_counts;
end
$$;
