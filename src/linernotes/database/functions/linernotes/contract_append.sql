-- An object with one more entry at the end of the array under a key; entries and keys that were there stay.
create or replace function linernotes.contract_append(p_object jsonb, p_key text, p_entry jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' as $$
    select o.object || jsonb_build_object(p_key,
        case when jsonb_typeof(o.object -> p_key) = 'array' then o.object -> p_key else '[]' end
        || jsonb_build_array(p_entry))
    from (select case when jsonb_typeof(p_object) = 'object' then p_object else '{}' end as object) o;
$$;
revoke all on function linernotes.contract_append(jsonb, text, jsonb) from public;
