-- Those of our messages that nobody else has read since we did, locked until commit.
-- A worker that falls asleep before it commits would keep them locked, and nobody could go on with them: such a
-- transaction is ended by the server after five seconds without a word.
create or replace function linernotes.hold_leases(
    p_queue text, p_msg_ids bigint[], p_read_counts integer[]
) returns setof bigint language plpgsql set search_path = '' as $$
begin
    perform set_config('idle_in_transaction_session_timeout', '5s', true);
    return query execute format($sql$
        select q.msg_id from pgmq.%I q
        join unnest($1, $2) as ours(msg_id, read_ct) on ours.msg_id = q.msg_id and ours.read_ct = q.read_ct
        order by q.msg_id
        for update of q
    $sql$, 'q_' || p_queue) using p_msg_ids, p_read_counts;
end
$$;
