-- name: find
-- An answer that is still fresh; the hit is counted.
with hit as (
    select status, body, fetched_at
    from linernotes.responses
    where source = %(source)s and request = %(request)s and expires_at > %(now)s
), counted as (
    update linernotes.budgets set cached = cached + 1
    where source = %(source)s and exists (select from hit)
)
select status, body, fetched_at from hit;

-- name: keep
-- The newest answer replaces what was there. It is kept as long as it is fresh, and no longer than its source allows.
insert into linernotes.responses (source, request, status, body, fetched_at, expires_at)
values (%(source)s, %(request)s, %(status)s, %(body)s, %(fetched_at)s, least(
    %(expires_at)s::timestamptz,
    %(fetched_at)s::timestamptz + (select t.answers_for from linernotes.source_terms t where t.source = %(source)s)))
on conflict (source, request) do update set
    status = excluded.status, body = excluded.body,
    fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
where linernotes.responses.fetched_at <= excluded.fetched_at;

-- name: purge
-- Answers whose time is over.
delete from linernotes.responses where expires_at <= %(now)s;

-- name: after
-- Some kept answers in the order of their key, to look through all of them page by page.
select source, request, body from linernotes.responses
where (source, request) > (%(source)s, %(request)s)
order by source, request
limit %(limit)s;

-- name: drop
delete from linernotes.responses where source = %(source)s and request = any(%(requests)s);
