-- Give a taken message back, so that it can be read at once; read_ct and the body stay. message_id is the UUID form
-- of its number (decision D1). False for an unknown message or queue.
create or replace function public.pg_release_message(queue_name text, message_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    v_msg_id bigint := linernotes.queue_msg_id(message_id::text);
begin
    if v_msg_id is null then
        return false;
    end if;
    return coalesce(linernotes.queue_release(queue_name, v_msg_id), false);
end
$$;
revoke all on function public.pg_release_message(text, uuid) from public, anon, authenticated, service_role;
grant execute on function public.pg_release_message(text, uuid) to service_role;
