-- Take work from a queue: up to p_limit visible messages, oldest first, hidden for the length of a lease. Parked
-- work whose source can be asked again goes back on the queue first, up to as many.
--
-- An attempt is counted here, when work starts, so that a worker that dies leaves its trace. A message that was
-- claimed before and not finished comes alone: it may be what killed its batch. It is a suspect when its last worker
-- neither finished it nor put it off. What was tried p_max_attempts
-- times already is buried here, with the reason that its last worker can no longer give. A message whose key is
-- done and still fresh is acknowledged without work. One whose entity is locked by somebody else is left for later
-- and spends no attempt; the locks of all others are ours (take_locks). Nothing comes back only when nothing visible
-- is left. Where there is nothing but work that is done already or locked, the caller commits after each 25 batches of
-- it and asks again: a single row without a number says so.
create or replace function linernotes.claim_batch(
    p_queue text, p_limit integer, p_lease interval, p_worker text, p_max_attempts integer,
    p_now timestamptz default clock_timestamp()
) returns table (
    msg_id bigint, read_ct integer, message jsonb, attempts integer, first_at timestamptz, suspect boolean, probes integer
)
language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_taken jsonb;
    v_spent jsonb;
    v_known bigint[];
    v_locked jsonb;
    v_rounds integer := 0;
begin
    if exists (select from linernotes.parked_messages p where p.queue_name = p_queue) then
        perform linernotes.give_parked_back(p_queue, p_limit, p_now);
    end if;
    loop
        execute format($sql$
            with visible as (
                select q.msg_id, q.vt, coalesce((q.headers ->> 'attempts')::integer, 0) as attempts
                from pgmq.%1$I q
                where q.vt <= $1
                order by q.vt, q.msg_id
                limit $2
                for update skip locked
            ), first as (
                select v.msg_id, v.attempts from visible v order by v.vt, v.msg_id limit 1
            ), taken as (
                update pgmq.%1$I q
                set vt = $1 + $3,
                    read_ct = q.read_ct + 1,
                    last_read_at = $1,
                    headers = coalesce(q.headers, '{}') || jsonb_build_object(
                        'attempts', v.attempts + 1, 'worker', $4,
                        'first_at', coalesce(q.headers -> 'first_at', to_jsonb($1)),
                        'last_worker', coalesce(q.headers -> 'worker', 'null'))
                from visible v, first f
                where q.msg_id = v.msg_id
                  and case when f.attempts > 0 then v.msg_id = f.msg_id else v.attempts = 0 end
                returning q.msg_id, q.read_ct, q.message, v.attempts + 1 as attempts,
                          q.headers ->> 'first_at' as first_at, q.headers ->> 'last_worker' as last_worker,
                          coalesce((q.headers ->> 'probes')::integer, 0) as probes
            )
            select coalesce(jsonb_agg(to_jsonb(t)), '[]') from taken t
        $sql$, 'q_' || p_queue) into v_taken using p_now, p_limit, p_lease, p_worker;

        exit when v_taken = '[]';
        v_rounds := v_rounds + 1;

        select array_agg(t.msg_id) into v_known
        from jsonb_to_recordset(v_taken) as t(msg_id bigint, message jsonb)
        join linernotes.idempotency_keys k
            on k.queue_name = p_queue and k.key = t.message ->> '_idempotencyKey'
        where k.done_at is not null and coalesce(k.fresh_until > p_now, true)
          and k.msg_id is distinct from t.msg_id;
        if v_known is not null then
            execute format('delete from pgmq.%I where msg_id = any($1)', 'q_' || p_queue) using v_known;
            delete from public.processing_locks l
            using jsonb_to_recordset(v_taken) as t(msg_id bigint, message jsonb)
            cross join lateral linernotes.entity_of(p_queue, t.message) e
            where t.msg_id = any (v_known) and l.entity_type = e.entity_type and l.entity_id = e.entity_id
              and l.last_heartbeat + make_interval(secs => l.ttl_seconds) <= p_now;
            select coalesce(jsonb_agg(t), '[]') into v_taken
            from jsonb_array_elements(v_taken) t where (t ->> 'msg_id')::bigint <> all (v_known);
        end if;

        select jsonb_agg(to_jsonb(l)) into v_locked
        from linernotes.take_locks(p_queue, v_taken, p_lease, p_worker, p_now) l;
        if v_locked is not null then
            execute format($sql$
                update pgmq.%I q
                set vt = l.until,
                    headers = q.headers || jsonb_build_object(
                        'attempts', (q.headers ->> 'attempts')::integer - 1, 'worker', q.headers -> 'last_worker')
                from jsonb_to_recordset($1) as l(msg_id bigint, until timestamptz)
                where q.msg_id = l.msg_id
            $sql$, 'q_' || p_queue) using v_locked;
            select coalesce(jsonb_agg(t), '[]') into v_taken
            from jsonb_array_elements(v_taken) t
            where not exists (select from jsonb_array_elements(v_locked) l where l -> 'msg_id' = t -> 'msg_id');
        end if;

        select jsonb_agg(jsonb_build_object(
            'msg_id', t.msg_id, 'message', t.message, 'attempts', t.attempts - 1, 'first_at', t.first_at,
            'worker', coalesce(t.last_worker, 'unknown'), 'step', 'work', 'error_class', 'WorkerDied', 'issue', 'worker_died',
            'error', format('its worker ended %s times in the middle of the work and left no reason', t.attempts - 1)))
        into v_spent
        from jsonb_to_recordset(v_taken)
            as t(msg_id bigint, message jsonb, attempts integer, first_at timestamptz, last_worker text)
        where t.attempts > p_max_attempts;
        if v_spent is not null then
            perform linernotes.bury_messages(p_queue, v_spent, p_now);
            perform linernotes.release_locks(p_queue, array_agg(t.msg_id), array_agg(t.read_ct))
            from jsonb_to_recordset(v_taken) as t(msg_id bigint, read_ct integer, attempts integer)
            where t.attempts > p_max_attempts;
        end if;

        return query
        with work as (
            select t.msg_id, t.read_ct, t.message, t.attempts, t.first_at,
                   t.attempts > 1 and t.last_worker is not null as suspect, t.probes
            from jsonb_to_recordset(v_taken) as t(
                msg_id bigint, read_ct integer, message jsonb, attempts integer, first_at timestamptz,
                last_worker text, probes integer)
            where t.attempts <= p_max_attempts
        ), begun as (
            insert into public.processing_status as s
                (entity_type, entity_id, state, attempts, last_processed_at, updated_at)
            select distinct on (e.entity_type, e.entity_id)
                e.entity_type, e.entity_id, 'IN_PROGRESS', w.attempts, p_now, p_now
            from work w cross join lateral linernotes.entity_of(p_queue, w.message) e
            order by e.entity_type, e.entity_id, w.attempts desc
            on conflict (entity_type, entity_id) do update
                set state = 'IN_PROGRESS', attempts = excluded.attempts,
                    last_processed_at = p_now, updated_at = p_now, dead_lettered = false
        )
        select w.msg_id, w.read_ct, w.message, w.attempts, w.first_at, w.suspect, w.probes
        from work w order by w.msg_id;
        exit when found;
        if v_rounds = 25 then
            return query select null::bigint, null::integer, null::jsonb, null::integer, null::timestamptz,
                                null::boolean, null::integer;
            exit;
        end if;
    end loop;
end
$$;
