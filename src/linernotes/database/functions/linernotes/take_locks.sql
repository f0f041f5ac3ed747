-- Take the lock of every entity that these messages are about, in the name of the delivery of its first message
-- (queue/msg_id/read_ct, in correlation_id; without its last digits it names the message, whoever read it).
-- A lock that has run out is taken over, and so is one of an earlier delivery of the same message: who held that has
-- lost the message. Nobody waits: an entity whose lock is alive in other hands is passed over.
-- Returns the messages whose entity is in other hands, and until when to leave each: for as long as the lock has been
-- held already, at least a second and at most half a minute, and not beyond its end.
-- p_messages: [{"msg_id": bigint, "read_ct": integer, "message": object}]
create or replace function linernotes.take_locks(
    p_queue text, p_messages jsonb, p_lease interval, p_worker text, p_now timestamptz default clock_timestamp()
) returns table (msg_id bigint, until timestamptz) language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
    return query
    with work as materialized (
        select m.msg_id, m.read_ct, e.entity_type, e.entity_id
        from jsonb_to_recordset(p_messages) as m(msg_id bigint, read_ct integer, message jsonb)
        cross join lateral linernotes.entity_of(p_queue, m.message) e
    ), entities as (
        select distinct on (w.entity_type, w.entity_id) w.entity_type, w.entity_id, w.msg_id, w.read_ct
        from work w order by w.entity_type, w.entity_id, w.msg_id
    ), free as (
        select n.*, p_queue || '/' || n.msg_id || '/' || n.read_ct as delivery
        from entities n
        left join public.processing_locks l on l.entity_type = n.entity_type and l.entity_id = n.entity_id
        where l.id is null
           or l.last_heartbeat + make_interval(secs => l.ttl_seconds) <= p_now
           or rtrim(l.correlation_id, '0123456789') = p_queue || '/' || n.msg_id || '/'
    ), taken as (
        insert into public.processing_locks as l
            (entity_type, entity_id, worker_id, correlation_id, ttl_seconds, acquired_at, last_heartbeat, metadata)
        select f.entity_type, f.entity_id, p_worker, f.delivery, ceil(extract(epoch from p_lease))::integer, p_now, p_now,
               jsonb_build_object('queue', p_queue, 'msg_id', f.msg_id, 'read_ct', f.read_ct, 'worker', p_worker)
        from free f
        order by f.entity_type, f.entity_id
        on conflict (entity_type, entity_id) do update
            set worker_id = excluded.worker_id, correlation_id = excluded.correlation_id,
                ttl_seconds = excluded.ttl_seconds, acquired_at = excluded.acquired_at,
                last_heartbeat = excluded.last_heartbeat, metadata = excluded.metadata
            where l.last_heartbeat + make_interval(secs => l.ttl_seconds) <= p_now
               or rtrim(l.correlation_id, '0123456789') = rtrim(excluded.correlation_id, '0123456789')
        returning l.entity_type, l.entity_id
    )
    select w.msg_id, coalesce((
        select least(p_now + least(greatest(p_now - l.acquired_at, interval '1 second'), interval '30 seconds'),
                     l.last_heartbeat + make_interval(secs => l.ttl_seconds))
        from public.processing_locks l
        where l.entity_type = w.entity_type and l.entity_id = w.entity_id), p_now + interval '1 second')
    from work w
    where not exists (select from taken t where t.entity_type = w.entity_type and t.entity_id = w.entity_id);
end
$$;
revoke all on function linernotes.take_locks(text, jsonb, interval, text, timestamptz) from public;
