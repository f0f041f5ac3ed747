-- Give the counts of each queue, or of one: all messages, the locked ones, those locked for 10 minutes and more
-- (decision D2), and the age of the oldest in minutes, 0 for an empty queue. Ordered by queue.
-- Takes the queues from PGMQ's own list, and the tables public.pgmq_<name> of the old naming; an unknown name gives
-- no row. One pass over each queue.
create or replace function public.diagnose_queue_tables(queue_name text default null)
returns table (
    queue text, total_messages bigint, in_progress_messages bigint, stuck_messages bigint,
    oldest_message_age_minutes numeric
) language plpgsql stable security definer set search_path = '' as $$
declare
    v_table text;
begin
    for queue, v_table in
        select lower(l.name), linernotes.queue_table(l.name)
        from (
            select m.queue_name::text as name from pgmq.meta m
            union
            select substr(c.relname, 6)
            from pg_catalog.pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname like 'pgmq\_%'
              and 6 = (select count(*) from pg_catalog.pg_attribute a
                       where a.attrelid = c.oid and not a.attisdropped
                         and a.attname in ('msg_id', 'read_ct', 'enqueued_at', 'last_read_at', 'vt', 'message'))
        ) l
        where queue_name is null or lower(l.name) = linernotes.queue_name(queue_name)
        order by 1
    loop
        continue when v_table is null;
        execute format($sql$
            select count(*),
                   count(*) filter (where q.vt > $1 and q.read_ct > 0),
                   count(*) filter (where q.vt > $1 and q.read_ct > 0
                                      and coalesce(q.last_read_at, q.enqueued_at) <= $1 - interval '10 minutes'),
                   coalesce(extract(epoch from $1 - min(q.enqueued_at)) / 60, 0)
            from %1$I.%2$I q
        $sql$, split_part(v_table, '.', 1), split_part(v_table, '.', 2))
            into total_messages, in_progress_messages, stuck_messages, oldest_message_age_minutes
            using statement_timestamp();
        return next;
    end loop;
end
$$;
revoke all on function public.diagnose_queue_tables(text) from public, anon, authenticated, service_role;
grant execute on function public.diagnose_queue_tables(text) to service_role;
