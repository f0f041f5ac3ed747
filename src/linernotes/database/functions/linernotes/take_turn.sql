-- Take the right to send one request to a source now, or learn how long to wait for it.
-- All processes and machines share the row: at most one request per p_interval leaves, whoever sends it. A source that
-- was left alone is tried by one request first, which has a minute; until it has answered all others wait.
-- wait is in seconds, 0 when granted; paused says that the source asked everybody to wait, why repeats its reason.
-- trying says that this is the request that tries the source, doubtful that its answer is worth noting
-- (source_answered).
-- p_now is for tests; null means the database's own clock, so that machines need not agree on the time.
create or replace function linernotes.take_turn(
    p_source text, p_interval interval, p_now timestamptz default null
) returns table (granted boolean, wait double precision, paused boolean, why text, trying boolean, doubtful boolean)
language plpgsql set search_path = '' as $$
declare
    v_budget linernotes.budgets;
    v_until timestamptz;
    v_now timestamptz;
begin
    loop
        select * into v_budget from linernotes.budgets b where b.source = p_source for update;
        exit when found;
        insert into linernotes.budgets (source, next_at) values (p_source, '-infinity') on conflict do nothing;
    end loop;
    v_now := coalesce(p_now, clock_timestamp());  -- read only once the row is ours: waiting for it took time
    v_until := greatest(v_budget.paused_until, case when v_budget.opened_at is not null then v_budget.trying_until end);
    if v_until > v_now then
        return query select false, extract(epoch from v_until - v_now)::double precision, true, v_budget.paused_why,
                            false, false;
    elsif v_budget.next_at > v_now then
        return query select false, extract(epoch from v_budget.next_at - v_now)::double precision, false, null::text,
                            false, false;
    else
        update linernotes.budgets b
        set next_at = v_now + p_interval, calls = b.calls + 1,
            trying_until = case when b.opened_at is not null then v_now + interval '1 minute' end
        where b.source = p_source;
        return query select true, 0::double precision, false, null::text,
                            v_budget.opened_at is not null, v_budget.opened_at is not null or v_budget.failures > 0;
    end if;
end
$$;
revoke execute on function linernotes.take_turn(text, interval, timestamptz) from public;
