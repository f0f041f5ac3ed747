-- Put what these producers, one person, are known by on the list of the forgotten, hashed under the key. The first ever
-- keeps the proof by which the key is recognised from then on.
create or replace function linernotes.list_forgotten(p_people uuid[], p_receipt uuid) returns void
language plpgsql set search_path = '' as $$
declare
    v_inner bytea;
    v_outer bytea;
begin
    select p.inner_pad, p.outer_pad into v_inner, v_outer from linernotes.forget_pads() p;
    insert into linernotes.forget_key (proof)
    values (sha256(v_outer || sha256(v_inner || convert_to('linernotes', 'UTF8'))))
    on conflict do nothing;
    insert into linernotes.forgotten (mark, kind, receipt_id)
    select sha256(v_outer || sha256(v_inner || convert_to(k.kind || chr(31) || k.value, 'UTF8'))), k.kind, p_receipt
    from linernotes.known_as(p_people) k
    on conflict (mark) do nothing;
end
$$;
revoke all on function linernotes.list_forgotten(uuid[], uuid) from public;
