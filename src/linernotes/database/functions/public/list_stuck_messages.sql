-- List the messages of a queue that are locked and were taken at least min_minutes_locked minutes ago (decision D2):
-- what reset_stuck_messages would free, longest lock first.
-- Raises 42P01 for an unknown queue, 22023 for a negative or null limit.
create or replace function public.list_stuck_messages(queue_name text, min_minutes_locked integer default 10)
returns table (
    id text, msg_id text, message jsonb, locked_since timestamptz, read_count integer, minutes_locked numeric
) language plpgsql stable security definer set search_path = '' as $$
declare
    v_table text := linernotes.queue_table(queue_name);
begin
    if min_minutes_locked is null or min_minutes_locked < 0 then
        raise exception using errcode = '22023', message = 'min_minutes_locked must be 0 or more';
    elsif v_table is null then
        raise exception using errcode = '42P01', message = format('queue %L does not exist', queue_name);
    end if;
    for id, msg_id, message, locked_since, read_count, minutes_locked in execute format($sql$
        select linernotes.queue_message_uuid(q.msg_id)::text, q.msg_id::text, q.message,
               coalesce(q.last_read_at, q.enqueued_at), q.read_ct,
               extract(epoch from $1 - coalesce(q.last_read_at, q.enqueued_at)) / 60
        from %1$I.%2$I q
        where q.vt > $1 and q.read_ct > 0
          and coalesce(q.last_read_at, q.enqueued_at) <= $1 - make_interval(mins => $2)
        order by coalesce(q.last_read_at, q.enqueued_at), q.msg_id
    $sql$, split_part(v_table, '.', 1), split_part(v_table, '.', 2)) using statement_timestamp(), min_minutes_locked
    loop
        return next;
    end loop;
end
$$;
revoke all on function public.list_stuck_messages(text, integer) from public, anon, authenticated, service_role;
grant execute on function public.list_stuck_messages(text, integer) to service_role;
