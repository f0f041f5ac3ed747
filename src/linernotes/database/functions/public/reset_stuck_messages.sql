-- Free the messages of a queue that are locked and were taken at least min_minutes_locked minutes ago (decision D2).
-- Returns how many; read_ct stays. A message that a worker is settling at this moment is passed over.
-- Raises 42P01 for an unknown queue, 22023 for a negative or null limit.
create or replace function public.reset_stuck_messages(queue_name text, min_minutes_locked integer default 10)
returns integer language plpgsql security definer set search_path = '' as $$
declare
    v_table text := linernotes.queue_table(queue_name);
    v_now timestamptz := clock_timestamp();
    v_freed integer;
begin
    if min_minutes_locked is null or min_minutes_locked < 0 then
        raise exception using errcode = '22023', message = 'min_minutes_locked must be 0 or more';
    elsif v_table is null then
        raise exception using errcode = '42P01', message = format('queue %L does not exist', queue_name);
    end if;
    execute format($sql$
        with stuck as (
            select q.msg_id from %1$I.%2$I q
            where q.vt > $1 and q.read_ct > 0
              and coalesce(q.last_read_at, q.enqueued_at) <= $1 - make_interval(mins => $2)
            for update skip locked
        )
        update %1$I.%2$I q set vt = $1 from stuck s where q.msg_id = s.msg_id
    $sql$, split_part(v_table, '.', 1), split_part(v_table, '.', 2)) using v_now, min_minutes_locked;
    get diagnostics v_freed = row_count;
    if v_freed > 0 then
        perform pg_notify('linernotes', linernotes.queue_name(queue_name));
    end if;
    return v_freed;
end
$$;
revoke all on function public.reset_stuck_messages(text, integer) from public, anon, authenticated, service_role;
grant execute on function public.reset_stuck_messages(text, integer) to service_role;
