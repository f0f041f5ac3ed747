-- The messages of a queue that come next, without taking them.
create or replace function linernotes.peek_queue(p_queue text, p_limit integer default 20)
returns table (msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, attempts integer, message jsonb)
language plpgsql stable set search_path = '' as $$
begin
    return query execute format($sql$
        select q.msg_id, q.read_ct, q.enqueued_at, q.vt, coalesce((q.headers ->> 'attempts')::integer, 0), q.message
        from pgmq.%I q order by q.vt, q.msg_id limit $1
    $sql$, 'q_' || p_queue) using p_limit;
end
$$;
