-- Make sure that a message is gone. True once it is deleted, or at once when it is not there.
-- Only what may pass (lock timeout, deadlock, serialization failure) is tried again, after 0.2 s, 0.4 s, 0.8 s ...
-- False when the message is still there after max_attempts, for an unknown queue, or when it cannot be checked: a
-- null, a text that is neither number nor UUID, another error (its text becomes a WARNING).
-- Raises 22023 for max_attempts outside 1 to 10. The pauses are taken inside the caller's transaction.
create or replace function public.ensure_message_deleted(
    queue_name text, message_id text, max_attempts integer default 3
) returns boolean language plpgsql security definer set search_path = '' as $$
declare
    v_msg_id bigint := linernotes.queue_msg_id(message_id);
begin
    if max_attempts is null or max_attempts not between 1 and 10 then
        raise exception using errcode = '22023', message = 'max_attempts must be between 1 and 10';
    elsif v_msg_id is null then
        return false;
    end if;
    for v_attempt in 1 .. max_attempts loop
        begin
            -- True: deleted. False: it was not there, which is as good. Null: no such queue.
            return linernotes.queue_delete(queue_name, v_msg_id) is not null;
        exception
            when lock_not_available or deadlock_detected or serialization_failure then
                if v_attempt < max_attempts then
                    perform pg_sleep(0.1 * 2 ^ v_attempt);
                end if;
            when others then
                raise warning using errcode = sqlstate,
                    message = format('cannot tell whether message %s of queue %L is deleted: %s',
                                     message_id, queue_name, sqlerrm);
                return false;
        end;
    end loop;
    return false;
end
$$;
revoke all on function public.ensure_message_deleted(text, text, integer)
    from public, anon, authenticated, service_role;
grant execute on function public.ensure_message_deleted(text, text, integer) to service_role;
