-- The date of a text in any of the three precisions (2019, 2019-05, 2019-05-17), a missing part being its first;
-- null for what is no date.
create or replace function linernotes.date_of(p_text text) returns date
language plpgsql immutable parallel safe set search_path = '' as $$
begin
    if p_text ~ '^\d{4}-\d{2}-\d{2}$' then
        return p_text::date;
    elsif p_text ~ '^\d{4}-\d{2}$' then
        return (p_text || '-01')::date;
    elsif p_text ~ '^\d{4}$' then
        return (p_text || '-01-01')::date;
    end if;
    return null;
exception when datetime_field_overflow or invalid_datetime_format then
    return null;
end
$$;
