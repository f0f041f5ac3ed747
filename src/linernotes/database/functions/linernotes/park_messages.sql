-- Set messages aside until the source that they wait for can be asked again; no attempt is spent. They keep their
-- number, so their keys stay on their way. The read count goes up, so that the lease that parked them ends for good:
-- whoever did not hear that the transaction was committed, and repeats it, finds nothing that is his.
-- p_messages: [{"msg_id": bigint, "until": timestamptz, "why": text, "source": text}]; those without a source stay.
create or replace function linernotes.park_messages(
    p_queue text, p_messages jsonb, p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
begin
    insert into linernotes.budgets (source, next_at)
    select distinct m.source, '-infinity'::timestamptz
    from jsonb_to_recordset(p_messages) as m(source text)
    where m.source is not null
    order by m.source
    on conflict do nothing;

    execute format($sql$
        with gone as (
            delete from pgmq.%I q
            using jsonb_to_recordset($2) as m(msg_id bigint, until timestamptz, why text, source text)
            where q.msg_id = m.msg_id and m.source is not null
            returning q.msg_id, q.read_ct, q.enqueued_at, q.message, q.headers, m.source, m.why, m.until
        )
        insert into linernotes.parked_messages
            (queue_name, msg_id, read_ct, enqueued_at, message, headers, source, why, parked_at, due)
        select $1, g.msg_id, g.read_ct + 1, g.enqueued_at, g.message,
               (coalesce(g.headers, '{}') - 'worker') || '{"attempts": 0}', g.source, g.why, $3,
               greatest(b.paused_until, g.until)
        from gone g
        join linernotes.budgets b on b.source = g.source
    $sql$, 'q_' || p_queue) using p_queue, p_messages, p_now;
end
$$;
revoke all on function linernotes.park_messages(text, jsonb, timestamptz) from public;
