-- The value when it is a JSON object, else null: what is no object must not replace a stored one.
create or replace function linernotes.contract_object_or_null(p_value jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' as $$
    select p_value where jsonb_typeof(p_value) = 'object';
$$;
revoke all on function linernotes.contract_object_or_null(jsonb) from public;
