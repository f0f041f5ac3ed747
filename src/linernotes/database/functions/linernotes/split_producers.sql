-- Undo a merge: who was merged, and who was merged into them before, stand for themselves again, with the credits
-- that their own claims give (rule P4). It is never made again automatically. Returns whether it was in force.
create or replace function linernotes.split_producers(
    p_merge bigint, p_why text, p_by text, p_now timestamptz default clock_timestamp()
) returns boolean language plpgsql set search_path = '' as $$
declare
    v_merged uuid;
    v_survivor uuid;
    v_back uuid[];
begin
    perform linernotes.hold_merges(true);
    update linernotes.producer_merges m set undone_at = p_now, undone_why = p_why, undone_by = p_by
    where m.id = p_merge and m.undone_at is null
    returning m.merged_id into v_merged;
    if v_merged is null then
        return false;
    end if;
    v_survivor := linernotes.survivor_of(v_merged);
    with recursive follower as (
        select v_merged as id
        union
        select m.merged_id from follower f
        join linernotes.producer_merges m on m.into_id = f.id and m.undone_at is null
    )
    select array_agg(f.id) into v_back from follower f;
    delete from linernotes.producer_redirects d where d.merged_id = v_merged;
    update linernotes.producer_redirects d set survivor_id = v_merged
    where d.merged_id = any (v_back) and d.merged_id <> v_merged;
    perform linernotes.reconclude(linernotes.works_of(v_back), p_now);
    perform linernotes.list_survivors(array[v_merged, v_survivor]);
    return true;
end
$$;
