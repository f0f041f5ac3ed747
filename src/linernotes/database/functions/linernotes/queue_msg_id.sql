-- The msg_id that a text names: the number itself, or its UUID form (decision D1). Null when the text is neither;
-- 0, which no message has, for a number or UUID that can name none.
create or replace function linernotes.queue_msg_id(p_message_id text) returns bigint
language sql immutable parallel safe set search_path = '' as $$
    select case
        when p_message_id ~ '^[0-9]{1,18}$' then p_message_id::bigint
        when p_message_id ~ '^[0-9]+$' then 0
        when lower(p_message_id) ~ '^00000000-0000-0000-0000-[0-9a-f]{12}$'
            then ('x' || right(p_message_id, 12))::bit(48)::bigint
        when lower(p_message_id) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then 0
    end;
$$;
revoke all on function linernotes.queue_msg_id(text) from public;
