-- Take work from a queue: up to p_limit visible messages, oldest first, hidden for the length of a lease. Parked
-- work whose source can be asked again goes back on the queue first, up to as many.
--
-- Each step is a function that says what it does. What is left after all of them is ours, with the locks of its
-- entities. Nothing comes back only when nothing visible is left. Where there is nothing but work that is done already
-- or locked, the caller commits after each 25 batches of it and asks again: a single row without a number says so.
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
    v_rounds integer := 0;
begin
    if exists (select from linernotes.parked_messages p where p.queue_name = p_queue) then
        perform linernotes.give_parked_back(p_queue, p_limit, p_now);
    end if;
    loop
        v_taken := linernotes.take_visible(p_queue, p_limit, p_lease, p_worker, p_now);
        exit when v_taken = '[]';
        v_taken := linernotes.acknowledge_known(p_queue, v_taken, p_now);
        v_taken := linernotes.leave_locked(p_queue, v_taken, p_lease, p_worker, p_now);
        v_taken := linernotes.bury_spent(p_queue, v_taken, p_max_attempts, p_now);
        return query select * from linernotes.begin_work(p_queue, v_taken, p_now);
        exit when found;

        v_rounds := v_rounds + 1;
        if v_rounds = 25 then
            return query select null::bigint, null::integer, null::jsonb, null::integer, null::timestamptz,
                                null::boolean, null::integer;
            exit;
        end if;
    end loop;
end
$$;
