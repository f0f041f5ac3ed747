-- Note that two producers are two people: they are neither suggested nor merged automatically any more, and on no
-- recording does a spelling join them (rule P7).
create or replace function linernotes.keep_apart(
    p_one uuid, p_other uuid, p_why text, p_by text, p_now timestamptz default clock_timestamp()
) returns bigint language plpgsql set search_path = '' as $$
declare
    v_id bigint;
begin
    perform linernotes.hold_merges(true);
    insert into linernotes.producer_merges (merged_id, into_id, at, why, by, undone_at, undone_why, undone_by)
    values (p_one, p_other, p_now, p_why, p_by, p_now, p_why, p_by)
    returning id into v_id;
    perform linernotes.reconclude(linernotes.works_of(array(
        select linernotes.identities_of(p_one)
        union
        select linernotes.identities_of(p_other))), p_now);
    return v_id;
end
$$;
