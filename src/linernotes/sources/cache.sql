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
-- Whether it has to be looked through first for people who were forgotten.
select linernotes.keep_answer(
    %(source)s, %(request)s, %(status)s, %(body)s, %(fetched_at)s, %(expires_at)s, %(marks)s::bytea[]) as look_through;

-- name: answered
-- A question of this kind that was answered not long ago; none whose address was too long to be kept whole.
select request from linernotes.responses
where source = %(source)s and status = 200 and request <> %(request)s and starts_with(request, %(kind)s)
  and strpos(request, ' sha256:') = 0
order by expires_at desc
limit 1;

-- name: purge
-- Answers whose time is over.
delete from linernotes.responses where expires_at <= %(now)s;
