-- Let nobody ask a source for a while, because it said so (429, 503) or is out of breath.
-- A pause is never shortened: the longest wait that anybody was told holds for everybody. After one of more than ten
-- seconds a single request tries the source before everybody asks again (take_turn).
create or replace function linernotes.pause_source(
    p_source text, p_wait interval, p_why text, p_now timestamptz default null
) returns timestamptz
language sql set search_path = '' as $$
    insert into linernotes.budgets as b (source, next_at, paused_until, paused_why, opened_at)
    select p_source, '-infinity', n.now + p_wait, p_why, case when p_wait > interval '10 seconds' then n.now end
    from (select coalesce(p_now, clock_timestamp())) n(now)
    on conflict (source) do update set
        paused_until = greatest(b.paused_until, excluded.paused_until),
        paused_why = case when b.paused_until > excluded.paused_until then b.paused_why else excluded.paused_why end,
        opened_at = coalesce(b.opened_at, excluded.opened_at),
        trying_until = null,
        probe_at = null
    returning b.paused_until;
$$;
revoke execute on function linernotes.pause_source(text, interval, text, timestamptz) from public;
