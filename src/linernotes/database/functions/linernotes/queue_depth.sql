-- How much waits on a queue: messages visible now, messages hidden (in somebody's hands, or put off), messages parked
-- for a source, when the next of those can go on, and since when the oldest visible one has been waiting.
-- No row for an unknown queue.
create or replace function linernotes.queue_depth(p_queue text, p_now timestamptz default clock_timestamp())
returns table (visible bigint, hidden bigint, next_at timestamptz, oldest_at timestamptz, parked bigint)
language plpgsql stable set search_path = '' as $$
begin
    if to_regclass(format('pgmq.%I', 'q_' || p_queue)) is null then
        return;
    end if;
    return query execute format($sql$
        select w.visible, w.hidden, least(w.next_at, a.next_at), w.oldest_at, a.parked
        from (
            select count(*) filter (where q.vt <= $1) as visible, count(*) filter (where q.vt > $1) as hidden,
                   min(q.vt) filter (where q.vt > $1) as next_at, min(q.vt) filter (where q.vt <= $1) as oldest_at
            from pgmq.%I q
        ) w cross join (
            select coalesce(sum(s.parked), 0)::bigint as parked,
                   min(greatest(b.paused_until, case when b.opened_at is null and b.answered_at is not null
                                                     then least(s.due, b.answered_at) else s.due end)) as next_at
            from (select p.source, count(*) as parked, min(p.due) as due
                  from linernotes.parked_messages p where p.queue_name = $2 group by p.source) s
            join linernotes.budgets b on b.source = s.source
        ) a
    $sql$, 'q_' || p_queue) using p_now, p_queue;
end
$$;
