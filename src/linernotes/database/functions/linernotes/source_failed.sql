-- Note that a source did not answer. At the third time in a row, whoever asked, it is left alone for half a minute;
-- each time that it still does not answer when it is tried, for as long as it has been left alone already, up to a
-- quarter of an hour. Returns how long to leave it alone, null while it is still asked as usual.
-- p_now is for tests; null means the database's own clock, so that machines need not agree on the time.
create or replace function linernotes.source_failed(
    p_source text, p_why text, p_now timestamptz default null
) returns interval language plpgsql set search_path = '' as $$
declare
    v_now timestamptz := coalesce(p_now, clock_timestamp());
    v_budget linernotes.budgets;
begin
    insert into linernotes.budgets as b (source, next_at, failures) values (p_source, '-infinity', 1)
    on conflict (source) do update set failures = b.failures + 1
    returning * into v_budget;
    if v_budget.opened_at is null and v_budget.failures < 3 then
        return null;
    end if;
    update linernotes.budgets b
    set opened_at = coalesce(b.opened_at, v_now),
        paused_until = greatest(b.paused_until, v_now + least(
            greatest(v_now - coalesce(b.opened_at, v_now), interval '30 seconds'), interval '15 minutes')),
        paused_why = p_why,
        trying_until = null,
        probe_at = null
    where b.source = p_source
    returning b.* into v_budget;
    return v_budget.paused_until - v_now;
end
$$;
revoke all on function linernotes.source_failed(text, text, timestamptz) from public;
