-- Note that one survivor is another from now on, and let everybody merged into the first follow. Concludes nothing;
-- the caller holds the merges (hold_merges) and concludes works_of(identities) afterwards. Returns the merge's number.
create or replace function linernotes.redirect_producer(
    p_merged uuid, p_into uuid, p_why text, p_by text, p_automatic boolean, p_now timestamptz
) returns bigint language plpgsql set search_path = '' as $$
declare
    v_id bigint;
begin
    insert into linernotes.producer_merges (merged_id, into_id, at, why, by, automatic)
    values (p_merged, p_into, p_now, p_why, p_by, p_automatic)
    returning id into v_id;
    update linernotes.producer_redirects d set survivor_id = p_into where d.survivor_id = p_merged;
    insert into linernotes.producer_redirects (merged_id, survivor_id) values (p_merged, p_into);
    return v_id;
end
$$;
