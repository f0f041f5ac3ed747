-- The data of a process function as an object; an absent one is empty. Raises 22023 for anything else.
create or replace function linernotes.contract_require_object(p_name text, p_data jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
    if p_data is null or jsonb_typeof(p_data) = 'null' then
        return '{}'::jsonb;
    elsif jsonb_typeof(p_data) <> 'object' then
        raise exception using errcode = '22023', message = format('%s must be a JSON object', p_name);
    end if;
    return p_data;
end
$$;
revoke all on function linernotes.contract_require_object(text, jsonb) from public;
