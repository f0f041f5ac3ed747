-- Note that a source that had failed, or had been left alone, answers: everybody asks it again, and the queues that
-- have work parked for it are woken. Not while it is paused: then the answer is to a request from before.
-- p_now is for tests; null means the database's own clock.
create or replace function linernotes.source_answered(p_source text, p_now timestamptz default null) returns void
language plpgsql set search_path = '' as $$
declare
    v_now timestamptz := coalesce(p_now, clock_timestamp());
begin
    update linernotes.budgets b
    set failures = 0, opened_at = null, trying_until = null, probe_at = null, answered_at = v_now
    where b.source = p_source and coalesce(b.paused_until <= v_now, true);
    if found then
        perform pg_notify('linernotes', r.queue_name)
        from public.queue_registry r
        where exists (select from linernotes.parked_messages p
                      where p.queue_name = r.queue_name and p.source = p_source);
    end if;
end
$$;
revoke all on function linernotes.source_answered(text, timestamptz) from public;
