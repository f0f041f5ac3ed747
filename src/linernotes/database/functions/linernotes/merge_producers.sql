-- Hold two producers for one person from now on, because a person said so: the first is found as the second. Claims
-- stay as they were stored, so that a split restores every credit (rule P4).
-- Returns the merge's number, null when they are one already.
create or replace function linernotes.merge_producers(
    p_merged uuid, p_into uuid, p_why text, p_by text, p_now timestamptz default clock_timestamp()
) returns bigint language plpgsql set search_path = '' as $$
declare
    v_merged uuid;
    v_into uuid;
    v_works uuid[];
    v_id bigint;
begin
    perform linernotes.hold_merges(true);
    v_merged := linernotes.survivor_of(p_merged);
    v_into := linernotes.survivor_of(p_into);
    if v_merged = v_into then
        return null;
    end if;
    v_works := linernotes.works_of(array(select linernotes.identities_of(v_merged)));
    v_id := linernotes.redirect_producer(v_merged, v_into, p_why, p_by, false, p_now);
    perform linernotes.reconclude(v_works, p_now);
    perform linernotes.list_survivors(array[v_merged, v_into]);
    return v_id;
end
$$;
