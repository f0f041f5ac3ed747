-- Those of the queues on which something can be taken now: a visible message, or parked ones that may go back.
-- One look at an index for each, whatever lies there: this is what an idle worker asks all the time.
create or replace function linernotes.queues_with_work(
    p_queues text[], p_now timestamptz default clock_timestamp()
) returns setof text language plpgsql stable set search_path = '' as $$
declare
    v_queue text;
    v_first timestamptz;
begin
    foreach v_queue in array p_queues loop
        execute format('select q.vt from pgmq.%I q order by q.vt limit 1', 'q_' || v_queue) into v_first;
        if v_first <= p_now then
            return next v_queue;
        elsif exists (select from linernotes.parked_messages p where p.queue_name = v_queue)
              and exists (select from linernotes.sources_to_go_on(v_queue, p_now)) then
            return next v_queue;
        end if;
    end loop;
end
$$;
revoke all on function linernotes.queues_with_work(text[], timestamptz) from public;
