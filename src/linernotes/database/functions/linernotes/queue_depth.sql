-- How much waits on a queue: messages visible now, messages hidden (in somebody's hands, or put off), when the next
-- hidden one becomes visible, and since when the oldest visible one has been waiting. No row for an unknown queue.
create or replace function linernotes.queue_depth(p_queue text, p_now timestamptz default clock_timestamp())
returns table (visible bigint, hidden bigint, next_at timestamptz, oldest_at timestamptz)
language plpgsql stable set search_path = '' as $$
begin
    if to_regclass(format('pgmq.%I', 'q_' || p_queue)) is null then
        return;
    end if;
    return query execute format($sql$
        select count(*) filter (where q.vt <= $1), count(*) filter (where q.vt > $1),
               min(q.vt) filter (where q.vt > $1), min(q.vt) filter (where q.vt <= $1)
        from pgmq.%I q
    $sql$, 'q_' || p_queue) using p_now;
end
$$;
