-- The name under which PGMQ keeps a queue: capitals folded; null for what no queue can be called (decision D7).
create or replace function linernotes.queue_name(p_name text) returns text
language sql immutable parallel safe set search_path = '' as $$
    select lower(p_name collate "C") where lower(p_name collate "C") ~ '^[a-z][a-z0-9_]{0,46}$';
$$;
revoke all on function linernotes.queue_name(text) from public;
