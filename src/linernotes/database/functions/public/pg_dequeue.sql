-- Take up to batch_size visible messages, lowest msg_id first, and hide each for visibility_timeout seconds.
-- Returns a JSON array in msg_id order: PGMQ's fields and `id`, the UUID form of msg_id (decision D1). Two sessions
-- never get the same message. Raises 22023 for a null, a batch below 1 or a negative time, 42P01 for an unknown queue.
create or replace function public.pg_dequeue(
    queue_name text, batch_size integer default 5, visibility_timeout integer default 60
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
    v_queue text := linernotes.queue_name(queue_name);
    v_messages jsonb;
begin
    if queue_name is null or batch_size is null or visibility_timeout is null then
        raise exception using errcode = '22023',
            message = 'queue_name, batch_size and visibility_timeout must not be null';
    elsif batch_size < 1 or visibility_timeout < 0 then
        raise exception using errcode = '22023',
            message = format('batch_size must be at least 1 and visibility_timeout at least 0 (got %s and %s)',
                             batch_size, visibility_timeout);
    elsif v_queue is null then
        raise exception using errcode = '42P01', message = format('queue %L does not exist', queue_name);
    end if;
    select jsonb_agg(to_jsonb(m) || jsonb_build_object('id', linernotes.queue_message_uuid(m.msg_id)) order by m.msg_id)
    into v_messages
    from pgmq.read(v_queue, visibility_timeout, batch_size) m;
    return coalesce(v_messages, '[]');
end
$$;
revoke all on function public.pg_dequeue(text, integer, integer) from public, anon, authenticated, service_role;
grant execute on function public.pg_dequeue(text, integer, integer) to service_role;
