-- Throw a queue's messages away, parked ones too, and free their keys and locks, so that the work can be sent again.
-- Returns how many went.
create or replace function linernotes.purge_queue(p_queue text) returns bigint
language plpgsql set search_path = '' as $$
declare
    v_purged bigint;
    v_parked bigint;
begin
    execute format('delete from pgmq.%I', 'q_' || p_queue);
    get diagnostics v_purged = row_count;
    delete from linernotes.parked_messages p where p.queue_name = p_queue;
    get diagnostics v_parked = row_count;
    delete from public.processing_locks l where starts_with(l.correlation_id, p_queue || '/');
    delete from linernotes.idempotency_keys where queue_name = p_queue and done_at is null;
    return v_purged + v_parked;
end
$$;
