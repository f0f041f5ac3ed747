-- Create a queue unless it is there, and keep its entry in queue_registry; both or neither.
-- Returns the id of the entry, the same on every later call. An existing queue keeps its messages.
-- Raises 22023 for a name that no queue can have (decision D7). p_active null counts as true.
create or replace function public.register_queue(
    p_queue_name text, p_display_name text, p_description text, p_active boolean default true
) returns integer language plpgsql security definer set search_path = '' as $$
declare
    v_queue text := linernotes.queue_name(p_queue_name);
    v_id integer;
begin
    if v_queue is null then
        raise exception using errcode = '22023',
            message = format('%L cannot be the name of a queue', p_queue_name),
            hint = 'A letter first, then letters, digits and underscores, at most 47 characters.';
    end if;
    if not exists (select from pgmq.meta m where m.queue_name = v_queue) then
        perform pgmq.create(v_queue);
    end if;

    update public.queue_registry r
    set display_name = p_display_name, description = p_description, active = coalesce(p_active, true),
        updated_at = now()
    where r.queue_name = v_queue
    returning r.id into v_id;
    if v_id is null then
        insert into public.queue_registry as r (queue_name, display_name, description, active)
        values (v_queue, p_display_name, p_description, coalesce(p_active, true))
        on conflict (queue_name) do update
            set display_name = excluded.display_name, description = excluded.description,
                active = excluded.active, updated_at = now()
        returning r.id into v_id;
    end if;
    return v_id;
end
$$;
revoke all on function public.register_queue(text, text, text, boolean)
    from public, anon, authenticated, service_role;
grant execute on function public.register_queue(text, text, text, boolean) to service_role;
