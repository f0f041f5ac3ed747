-- Put parked messages of a queue back on it: for each source that can be asked again up to p_limit, those first that
-- have waited longest; for a source that is only to be tried, one, whichever queue is first. They stand where they
-- stood: in front of what was sent later. Returns how many.
create or replace function linernotes.give_parked_back(
    p_queue text, p_limit integer, p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_source record;
    v_given integer;
    v_all integer := 0;
begin
    for v_source in select * from linernotes.sources_to_go_on(p_queue, p_now) s order by s.source loop
        if v_source.trying then
            update linernotes.budgets b set probe_at = p_now
            where b.source = v_source.source and b.opened_at is not null
              and coalesce(b.probe_at <= p_now - interval '1 minute', true);
            continue when not found;  -- another session has sent one just now
        end if;
        execute format($sql$
            with chosen as materialized (
                select p.msg_id from linernotes.parked_messages p
                where p.queue_name = $1 and p.source = $2 and p.%2$I <= $4
                order by p.%2$I, p.msg_id
                limit $3
                for update skip locked
            ), gone as (
                delete from linernotes.parked_messages p using chosen c
                where p.queue_name = $1 and p.msg_id = c.msg_id
                returning p.*
            )
            insert into pgmq.%1$I (msg_id, read_ct, enqueued_at, vt, message, headers) overriding system value
            select g.msg_id, g.read_ct, g.enqueued_at, least(g.enqueued_at, $5), g.message,
                   case when $6 then g.headers || jsonb_build_object(
                       'probes', coalesce((g.headers ->> 'probes')::integer, 0) + 1) else g.headers end
            from gone g
        $sql$, 'q_' || p_queue, case when v_source.answered is null then 'due' else 'parked_at' end)
        using p_queue, v_source.source, case when v_source.trying then 1 else p_limit end,
              coalesce(v_source.answered, p_now), p_now, v_source.trying;
        get diagnostics v_given = row_count;
        v_all := v_all + v_given;
    end loop;
    return v_all;
end
$$;
revoke all on function linernotes.give_parked_back(text, integer, timestamptz) from public;
