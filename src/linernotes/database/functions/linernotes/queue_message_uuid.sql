-- The UUID form of a message's number (decision D1): zeros, then the msg_id as 12 hexadecimal digits.
-- Null for a number beyond 12 digits, which has none.
create or replace function linernotes.queue_message_uuid(p_msg_id bigint) returns uuid
language sql immutable parallel safe set search_path = '' as $$
    select ('00000000-0000-0000-0000-' || lpad(to_hex(p_msg_id), 12, '0'))::uuid
    where p_msg_id between 0 and 281474976710655;
$$;
revoke all on function linernotes.queue_message_uuid(bigint) from public;
