-- Put one JSON message into a named queue, readable as soon as the transaction commits. Returns its msg_id.
-- Raises 22023 for a blank name or no body, 42P01 for an unknown queue, else the cause's own SQLSTATE; the text
-- always begins with "Failed to enqueue message: ".
create or replace function public.pg_enqueue(queue_name text, message_body jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
begin
    return linernotes.queue_send(queue_name, message_body);
exception when others then
    raise exception using errcode = sqlstate, message = 'Failed to enqueue message: ' || sqlerrm;
end
$$;
revoke all on function public.pg_enqueue(text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.pg_enqueue(text, jsonb) to service_role;
