-- Give the qualified table of a queue, quoted where needed, ready to stand in a statement: pgmq.q_<name> when it is
-- there, else public.pgmq_<name> (the old naming) when that is, else the one to create.
-- Raises 22023 for a name that no queue can have (decision D7). Reads only the catalog.
create or replace function public.get_queue_table_name_safe(p_queue_name text) returns text
language plpgsql stable security invoker set search_path = '' as $$
declare
    v_queue text := lower(p_queue_name collate "C");
    v_found text;
begin
    if v_queue is null or v_queue !~ '^[a-z][a-z0-9_]{0,46}$' then
        raise exception using errcode = '22023',
            message = format('%L cannot be the name of a queue', p_queue_name),
            hint = 'A letter first, then letters, digits and underscores, at most 47 characters.';
    end if;
    select format('%I.%I', n.nspname, c.relname) into v_found
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
      and (n.nspname = 'pgmq' and c.relname = 'q_' || v_queue
           or n.nspname = 'public' and c.relname = 'pgmq_' || v_queue)
    order by n.nspname
    limit 1;
    if v_found is not null then
        return v_found;
    elsif exists (select from pg_catalog.pg_namespace n where n.nspname = 'pgmq') then
        return format('pgmq.%I', 'q_' || v_queue);
    end if;
    return format('public.%I', 'pgmq_' || v_queue);
end
$$;
revoke all on function public.get_queue_table_name_safe(text) from public, anon, authenticated, service_role;
grant execute on function public.get_queue_table_name_safe(text) to service_role;
