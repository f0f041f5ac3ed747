-- Keep that a person says: this credit is wrong. It is not shown any more however many sources claim it, nor passed on
-- to other versions of the work (rule C5). Returns false when it was rejected already.
create or replace function linernotes.reject_credit(
    p_recording uuid, p_producer uuid, p_role text, p_why text, p_by text, p_now timestamptz default clock_timestamp()
) returns boolean language plpgsql set search_path = '' as $$
declare
    v_producer uuid;
begin
    perform linernotes.hold_merges(false);
    v_producer := linernotes.survivor_of(p_producer);
    if exists (select from linernotes.rejections x
               where x.recording_id = p_recording and x.role = p_role and x.restored_at is null
                 and x.producer_id in (select linernotes.identities_of(v_producer))) then
        return false;
    end if;
    insert into linernotes.rejections (recording_id, producer_id, role, at, why, by)
    values (p_recording, v_producer, p_role, p_now, p_why, p_by)
    on conflict (recording_id, producer_id, role) where restored_at is null do nothing;
    if not found then
        return false;
    end if;
    perform linernotes.reconclude(array[p_recording], p_now);
    return true;
end
$$;
