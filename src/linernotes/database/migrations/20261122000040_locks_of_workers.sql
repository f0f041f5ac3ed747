-- A worker takes the lock of each entity it works on and names in correlation_id the delivery that it works for
-- (queue/msg_id/read_ct, see functions/linernotes/take_locks.sql). It gives back and renews by that name.
create index processing_locks_correlation_id_idx on public.processing_locks (correlation_id);
