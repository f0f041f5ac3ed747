-- Stop a discovery: its messages go from the queues, but for those of artists whom another discovery that was not
-- stopped asks for too. What a worker has in hand is taken from it as well; it finds its lease gone and writes nothing.
-- What was found stays, and asking again begins anew. Returns how many messages went; null when it is not there, or
-- was stopped before.
create or replace function linernotes.cancel_discovery(
    p_id uuid, p_by text, p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_keys text[];
    v_artists uuid[];
    v_message record;
    v_removed integer := 0;
begin
    update linernotes.discoveries d set cancelled_at = p_now, cancelled_by = p_by
    where d.id = p_id and d.cancelled_at is null;
    if not found then
        return null;
    end if;
    select array_agg(distinct a.key), array_agg(distinct f.artist_id) filter (where f.artist_id is not null)
    into v_keys, v_artists
    from linernotes.discoveries d
    cross join unnest(d.keys) with ordinality a(key, place)
    left join linernotes.discovery_artists(p_id) f on f.place = a.place
    where d.id = p_id and not exists (
        select from linernotes.discoveries o
        where o.keys @> array[a.key] and o.id <> p_id and o.cancelled_at is null);
    if v_keys is null then
        update linernotes.discoveries d set removed = 0 where d.id = p_id;
        return 0;
    end if;
    for v_message in
        select m.queue_name, array_agg(m.msg_id order by m.msg_id) as ids, array_agg(m.key) as keys
        from linernotes.discovery_messages(v_keys, coalesce(v_artists, '{}'), p_now) m
        where m.queue_name <> 'social_enrichment'  -- people are everybody's
        group by m.queue_name
        order by m.queue_name
    loop
        execute format('delete from pgmq.%I q where q.msg_id = any ($1)', 'q_' || v_message.queue_name)
            using v_message.ids;
        delete from linernotes.parked_messages p
        where p.queue_name = v_message.queue_name and p.msg_id = any (v_message.ids);
        delete from linernotes.idempotency_keys k
        where k.queue_name = v_message.queue_name and k.key = any (v_message.keys);
        v_removed := v_removed + cardinality(v_message.ids);
    end loop;
    -- Done in part is not done: who asks again begins with the artist.
    if v_removed > 0 then
        delete from linernotes.idempotency_keys k
        where k.queue_name = 'artist_discovery' and k.key = any (v_keys);
    end if;
    update linernotes.discoveries d set removed = v_removed where d.id = p_id;
    return v_removed;
end
$$;
revoke all on function linernotes.cancel_discovery(uuid, text, timestamptz) from public;
