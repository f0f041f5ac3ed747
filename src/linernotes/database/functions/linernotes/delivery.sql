-- The name of one delivery of one message, queue/msg_id/read_ct: what a lock of a worker stands for.
-- Without its last digits it names the message, whoever read it.
create or replace function linernotes.delivery(p_queue text, p_msg_id bigint, p_read_ct integer) returns text
language sql immutable parallel safe set search_path = '' as $$
    select p_queue || '/' || p_msg_id || '/' || p_read_ct;
$$;
revoke all on function linernotes.delivery(text, bigint, integer) from public;
