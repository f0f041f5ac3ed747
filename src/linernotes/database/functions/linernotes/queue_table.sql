-- The table that holds a queue's messages, quoted for use in a statement; null for an unknown queue.
-- A table public.pgmq_<name> (the old naming) counts only when it belongs to whoever owns this function or to a
-- superuser: a statement of ours would run its triggers with our privileges.
create or replace function linernotes.queue_table(p_queue text) returns text
language sql stable set search_path = '' as $$
    select format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_roles o on o.oid = c.relowner
    where c.relkind in ('r', 'p')
      and c.relname in ('q_' || linernotes.queue_name(p_queue), 'pgmq_' || linernotes.queue_name(p_queue))
      and (n.nspname = 'pgmq' and c.relname like 'q\_%'
           or n.nspname = 'public' and c.relname like 'pgmq\_%' and (o.rolsuper or o.rolname = current_user))
    order by n.nspname
    limit 1;
$$;
revoke all on function linernotes.queue_table(text) from public;
