-- Is the message that a queue gives next a suspect, one whose last worker ended without a word (claim_batch)?
create or replace function linernotes.suspect_waits(
    p_queue text, p_now timestamptz default clock_timestamp()
) returns boolean language plpgsql set search_path = '' as $$
declare
    v_suspect boolean;
begin
    execute format($sql$
        select coalesce((q.headers ->> 'attempts')::integer, 0) > 0 and q.headers ->> 'worker' is not null
        from pgmq.%I q
        where q.vt <= $1
        order by q.vt, q.msg_id
        limit 1
        for update skip locked
    $sql$, 'q_' || p_queue) into v_suspect using p_now;
    return coalesce(v_suspect, false);
end
$$;
