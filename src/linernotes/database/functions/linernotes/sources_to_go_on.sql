-- The sources that parked messages of a queue may go back to now, and how: all of what waits when the source is asked
-- as usual (trying false), one message to try it when it was left alone and its pause is over. answered: everything
-- that was parked before that time may go, whenever it was expected to; null: only what is due.
-- The first of each order is looked up instead of whether there is any: that is one step in an index, however many wait.
create or replace function linernotes.sources_to_go_on(p_queue text, p_now timestamptz default clock_timestamp())
returns table (source text, trying boolean, answered timestamptz)
language sql stable set search_path = '' as $$
    select b.source, b.opened_at is not null, case when w.first_parked <= b.answered_at then b.answered_at end
    from linernotes.budgets b
    cross join lateral (
        select (select p.due from linernotes.parked_messages p
                where p.queue_name = p_queue and p.source = b.source order by p.due, p.msg_id limit 1) as first_due,
               (select p.parked_at from linernotes.parked_messages p
                where p.queue_name = p_queue and p.source = b.source and b.opened_at is null
                order by p.parked_at, p.msg_id limit 1) as first_parked
    ) w
    where coalesce(b.paused_until <= p_now, true)
      and (b.opened_at is null
           or coalesce(b.trying_until <= p_now, true) and coalesce(b.probe_at <= p_now - interval '1 minute', true))
      and (w.first_due <= p_now or w.first_parked <= b.answered_at)
$$;
revoke all on function linernotes.sources_to_go_on(text, timestamptz) from public;
