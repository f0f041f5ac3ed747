-- name: take_turn
-- The right to send one request now, or how long to wait for it.
select granted, wait, paused, why, trying, doubtful
from linernotes.take_turn(%(source)s, %(interval)s, %(now)s);

-- name: sent
-- The request took a while to leave (a connection had to be made): the next turn counts from now, not from before.
update linernotes.budgets
set next_at = greatest(next_at, coalesce(%(now)s, clock_timestamp()) + %(interval)s)
where source = %(source)s;

-- name: pause
-- Nobody asks the source until then.
select linernotes.pause_source(%(source)s, %(wait)s, %(why)s, %(now)s) as paused_until;

-- name: failed
-- How long to leave the source alone, null while it is asked on.
select linernotes.source_failed(%(source)s, %(why)s, %(now)s) as wait;

-- name: answered
select linernotes.source_answered(%(source)s, %(now)s);

-- name: besides
-- Whoever asked a source that failed may ask it one thing more, unless it asked for a pause meanwhile: its turn is
-- reserved, wait says in how many seconds that is. Where it was left alone, all others wait on.
update linernotes.budgets b
set next_at = greatest(b.next_at, n.now) + %(interval)s, calls = b.calls + 1,
    trying_until = case when b.opened_at is not null then greatest(b.next_at, n.now) + interval '1 minute' end
from (select coalesce(%(now)s, clock_timestamp())) n(now)
where b.source = %(source)s and coalesce(b.paused_until <= n.now, true)
returning extract(epoch from b.next_at - %(interval)s - n.now)::double precision as wait;
