-- Which of these values are on the list of the forgotten, by place (from 1), and under which receipt. Nothing is hashed,
-- and no key is needed, while nobody has been forgotten. p_kind: as linernotes.forgotten.kind.
create or replace function linernotes.listed(p_kind text, p_values text[])
returns table (place bigint, receipt_id uuid) language plpgsql stable set search_path = '' as $$
declare
    v_inner bytea;
    v_outer bytea;
begin
    if p_values is null or not exists (select from linernotes.forgotten) then
        return;
    end if;
    select p.inner_pad, p.outer_pad into v_inner, v_outer from linernotes.forget_pads() p;
    return query
    select u.place, f.receipt_id
    from unnest(p_values) with ordinality u(text, place)
    join linernotes.forgotten f
        on f.mark = sha256(v_outer || sha256(v_inner || convert_to(p_kind || chr(31) || u.text, 'UTF8')));
end
$$;
revoke all on function linernotes.listed(text, text[]) from public;
