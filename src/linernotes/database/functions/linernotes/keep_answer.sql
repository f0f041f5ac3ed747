-- Keep a source's answer: the newest replaces what was there, for as long as it is fresh, and no longer than its source
-- allows. One that names somebody who was forgotten is not kept; nor is any that nobody has looked through for them.
-- p_marks: the marks of the names and ids that stand in it; null when it was not looked through.
-- Returns whether it has to be looked through: call again with p_marks.
create or replace function linernotes.keep_answer(
    p_source text, p_request text, p_status integer, p_body bytea, p_fetched_at timestamptz, p_expires_at timestamptz,
    p_marks bytea[]
) returns boolean language plpgsql set search_path = '' as $$
begin
    perform linernotes.hold_people(false);
    if exists (select from linernotes.forgotten) then
        if p_marks is null then
            return true;
        end if;
        if exists (select from linernotes.forgotten f where f.mark = any (p_marks)) then
            return false;
        end if;
    end if;
    insert into linernotes.responses as r (source, request, status, body, fetched_at, expires_at)
    values (p_source, p_request, p_status, p_body, p_fetched_at, least(
        p_expires_at,
        p_fetched_at + (select t.answers_for from linernotes.source_terms t where t.source = p_source)))
    on conflict (source, request) do update set
        status = excluded.status, body = excluded.body,
        fetched_at = excluded.fetched_at, expires_at = excluded.expires_at
    where r.fetched_at <= excluded.fetched_at;
    return false;
end
$$;
revoke all on function linernotes.keep_answer(text, text, integer, bytea, timestamptz, timestamptz, bytea[]) from public;
