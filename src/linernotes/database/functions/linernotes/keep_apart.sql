-- Note that two producers are two people: they are neither suggested nor merged automatically any more.
create or replace function linernotes.keep_apart(
    p_one uuid, p_other uuid, p_why text, p_by text, p_now timestamptz default clock_timestamp()
) returns bigint language sql set search_path = '' as $$
    insert into linernotes.producer_merges (merged_id, into_id, at, why, by, undone_at, undone_why, undone_by)
    values (p_one, p_other, p_now, p_why, p_by, p_now, p_why, p_by)
    returning id;
$$;
