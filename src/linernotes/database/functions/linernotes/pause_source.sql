-- Let nobody ask a source for a while, because it said so (429, 503) or is out of breath.
-- A pause is never shortened: the longest wait that anybody was told holds for everybody.
create or replace function linernotes.pause_source(
    p_source text, p_wait interval, p_why text, p_now timestamptz default null
) returns timestamptz
language sql set search_path = '' as $$
    insert into linernotes.budgets as b (source, next_at, paused_until, paused_why)
    values (p_source, '-infinity', coalesce(p_now, clock_timestamp()) + p_wait, p_why)
    on conflict (source) do update set
        paused_until = greatest(b.paused_until, excluded.paused_until),
        paused_why = case when b.paused_until > excluded.paused_until then b.paused_why else excluded.paused_why end
    returning b.paused_until;
$$;
revoke execute on function linernotes.pause_source(text, interval, text, timestamptz) from public;
