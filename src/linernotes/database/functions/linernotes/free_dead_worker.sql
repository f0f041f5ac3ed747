-- Give back what a worker holds that is known to be dead: visible at once, instead of when its leases end.
-- Only who has seen it die may say so, its parent process. Who holds a message now is looked at here, so what another
-- worker has taken meanwhile stays with that one. What the dead one had begun counts as begun, and comes alone
-- (take_visible): it may be what killed it.
--
-- p_killed says that a signal from outside ended it, such as an operator's kill -9. What it held is then likely to be
-- innocent, so the death is not counted: twice for what was in company (a whole batch comes again as small ones first,
-- then one by one), and up to ten times in all; nothing else dies with what is alone. After that deaths count, because
-- the kernel kills like that too, whoever takes all memory, and a message may be the reason.
-- Returns how many messages were given back.
create or replace function linernotes.free_dead_worker(
    p_queues text[], p_worker text, p_killed boolean, p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_queue text;
    v_freed integer;
    v_sum integer := 0;
begin
    foreach v_queue in array p_queues loop
        execute format($sql$
            with held as (
                select q.msg_id, coalesce((q.headers ->> 'attempts')::integer, 0) as attempts,
                       coalesce((q.headers ->> 'killed')::integer, 0) as killed
                from pgmq.%1$I q
                where q.vt > $1 and q.headers ->> 'worker' = $2
                order by q.msg_id
                for update
            )
            update pgmq.%1$I q
            set vt = $1,
                headers = q.headers || case when $3 and h.killed < case when h.attempts > 1 then 10 else 2 end
                    then jsonb_build_object('attempts', h.attempts - 1, 'killed', h.killed + 1) else '{}' end
            from held h
            where q.msg_id = h.msg_id
        $sql$, 'q_' || v_queue) using p_now, p_worker, p_killed;
        get diagnostics v_freed = row_count;
        if v_freed > 0 then
            perform pg_notify('linernotes', v_queue);
        end if;
        v_sum := v_sum + v_freed;
    end loop;
    return v_sum;
end
$$;
revoke all on function linernotes.free_dead_worker(text[], text, boolean, timestamptz) from public;
