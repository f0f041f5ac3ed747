-- Take back what people said of a credit: its rejection, or, when it is not rejected, that it was added by hand. Then it
-- stands as the sources have it. Returns `rejection`, `addition`, or null when nothing was said.
create or replace function linernotes.restore_credit(
    p_recording uuid, p_producer uuid, p_role text, p_by text, p_now timestamptz default clock_timestamp()
) returns text language plpgsql set search_path = '' as $$
declare
    v_taken_back text;
begin
    perform linernotes.hold_merges(false);
    update linernotes.rejections x set restored_at = p_now, restored_by = p_by
    where x.recording_id = p_recording and x.role = p_role and x.restored_at is null
      and x.producer_id in (select linernotes.identities_of(p_producer));
    if found then
        v_taken_back := 'rejection';
    else
        delete from linernotes.claims c
        where c.recording_id = p_recording and c.role = p_role and c.source = 'hand'
          and c.producer_id in (select linernotes.identities_of(p_producer));
        if not found then
            return null;
        end if;
        v_taken_back := 'addition';
    end if;
    perform linernotes.reconclude(array[p_recording], p_now);
    return v_taken_back;
end
$$;
