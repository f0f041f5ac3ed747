-- Is it time to read a queue whose stage asks once for many? When a full batch is waiting, when the oldest has waited
-- long enough, when nothing upstream can add to it any more, or when parked work may go back on it. Work that is
-- parked upstream holds nothing back: it may wait for hours.
create or replace function linernotes.batch_is_ripe(
    p_queue text, p_upstream text[], p_full integer, p_patience interval, p_now timestamptz default clock_timestamp()
) returns boolean language plpgsql stable set search_path = '' as $$
declare
    v_waiting integer;
    v_oldest timestamptz;
    v_upstream text;
    v_busy boolean;
begin
    execute format($sql$
        select count(*), min(w.vt) from (select q.vt from pgmq.%I q where q.vt <= $1 order by q.vt limit $2) w
    $sql$, 'q_' || p_queue) into v_waiting, v_oldest using p_now, p_full;
    if v_waiting = 0 then
        return exists (select from linernotes.sources_to_go_on(p_queue, p_now));
    elsif v_waiting >= p_full or v_oldest <= p_now - p_patience then
        return true;
    end if;
    foreach v_upstream in array p_upstream loop
        execute format('select exists (select from pgmq.%I)', 'q_' || v_upstream) into v_busy;
        if v_busy then
            return false;
        end if;
    end loop;
    return true;
end
$$;
