-- Take the right to send one request to a source now, or learn how long to wait for it.
-- All processes and machines share the row: at most one request per p_interval leaves, whoever sends it.
-- wait is in seconds, 0 when granted; paused says that the source asked everybody to wait, why repeats its reason.
-- p_now is for tests; null means the database's own clock, so that machines need not agree on the time.
create or replace function linernotes.take_turn(
    p_source text, p_interval interval, p_now timestamptz default null
) returns table (granted boolean, wait double precision, paused boolean, why text)
language plpgsql set search_path = '' as $$
declare
    v_next_at timestamptz;
    v_paused_until timestamptz;
    v_paused_why text;
    v_now timestamptz;
begin
    loop
        select b.next_at, b.paused_until, b.paused_why into v_next_at, v_paused_until, v_paused_why
        from linernotes.budgets b where b.source = p_source for update;
        exit when found;
        insert into linernotes.budgets (source, next_at) values (p_source, '-infinity') on conflict do nothing;
    end loop;
    v_now := coalesce(p_now, clock_timestamp());  -- read only once the row is ours: waiting for it took time
    if v_paused_until > v_now then
        return query select false, extract(epoch from v_paused_until - v_now)::double precision, true, v_paused_why;
    elsif v_next_at > v_now then
        return query select false, extract(epoch from v_next_at - v_now)::double precision, false, null::text;
    else
        update linernotes.budgets b set next_at = v_now + p_interval, calls = b.calls + 1 where b.source = p_source;
        return query select true, 0::double precision, false, null::text;
    end if;
end
$$;
revoke execute on function linernotes.take_turn(text, interval, timestamptz) from public;
