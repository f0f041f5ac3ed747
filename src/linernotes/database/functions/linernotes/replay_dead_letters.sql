-- Put dead letters back on their queue, as new messages with no attempts spent; their keys are on their way again.
-- What worker_issues says of them is settled. Returns how many.
-- p_ids: ids of linernotes.dead_letters; null means all of the queue (null: of every queue) not yet replayed.
create or replace function linernotes.replay_dead_letters(
    p_queue text, p_ids uuid[] default null, p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_letter linernotes.dead_letters;
    v_replayed integer := 0;
begin
    for v_letter in
        select * from linernotes.dead_letters d
        where (p_queue is null or d.queue_name = p_queue) and (p_ids is null or d.id = any (p_ids))
          and d.replayed_at is null
        order by d.queue_name, d.msg_id
        for update
    loop
        update linernotes.dead_letters d set replayed_at = p_now,
            replayed_as = (select pgmq.send(v_letter.queue_name, v_letter.message))
        where d.id = v_letter.id
        returning d.* into v_letter;
        insert into linernotes.idempotency_keys as k (queue_name, key, msg_id, sent_at)
        select v_letter.queue_name, v_letter.message ->> '_idempotencyKey', v_letter.replayed_as, p_now
        where v_letter.message ->> '_idempotencyKey' is not null
        on conflict (queue_name, key) do nothing;  -- somebody has sent it again already
        execute format('delete from pgmq.%I where msg_id = $1', 'a_' || v_letter.queue_name) using v_letter.msg_id;
        perform pg_notify('linernotes', v_letter.queue_name);
        v_replayed := v_replayed + 1;
    end loop;
    update public.worker_issues w set resolved = true, updated_at = p_now
    from linernotes.dead_letters d
    where d.replayed_at = p_now and w.worker_name = d.queue_name and w.details ->> 'msg_id' = d.msg_id::text
      and not w.resolved;
    return v_replayed;
end
$$;
