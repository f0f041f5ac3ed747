-- What search_producers looks for a term in: name and normalized name in lower case, once when they are the same.
create or replace function linernotes.contract_search_text(p_name text, p_normalized_name text) returns text
language sql stable parallel safe set search_path = '' as $$
    select case when lower(p_normalized_name) = lower(p_name) then lower(p_name)
                else lower(p_name) || chr(31) || lower(p_normalized_name) end;
$$;
revoke all on function linernotes.contract_search_text(text, text) from public;
