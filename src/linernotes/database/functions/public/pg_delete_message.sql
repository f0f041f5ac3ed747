-- Remove one message from a queue for good, visible or locked. message_id is its number or UUID form (decision D1).
-- False for an unknown message or queue, a null, or a text that is neither number nor UUID; nothing is raised.
create or replace function public.pg_delete_message(queue_name text, message_id text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_msg_id bigint := linernotes.queue_msg_id(message_id);
begin
    if v_msg_id is null then
        return false;
    end if;
    return coalesce(linernotes.queue_delete(queue_name, v_msg_id), false);
end
$$;
revoke all on function public.pg_delete_message(text, text) from public, anon, authenticated, service_role;
grant execute on function public.pg_delete_message(text, text) to service_role;
