-- A text without what matches, which is names and ids of somebody who was forgotten: "(forgotten)" stands there instead.
create or replace function linernotes.without_names(p_text text, p_pattern text) returns text
language sql immutable parallel safe set search_path = '' as $$
    -- Twice, since what stands between two names belongs to the first match.
    select regexp_replace(regexp_replace(p_text, p_pattern, '\1(forgotten)\3', 'gi'), p_pattern, '\1(forgotten)\3', 'gi');
$$;
revoke all on function linernotes.without_names(text, text) from public;
