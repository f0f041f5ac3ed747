-- Give back the locks that were taken for these deliveries (take_locks), also for messages that are no longer ours or
-- no longer there. A lock that somebody else took over meanwhile bears another name and stays.
create or replace function linernotes.release_locks(
    p_queue text, p_msg_ids bigint[], p_read_counts integer[]
) returns void language plpgsql set search_path = '' as $$
begin
    delete from public.processing_locks l
    where l.correlation_id = any (array(
        select p_queue || '/' || ours.msg_id || '/' || ours.read_ct
        from unnest(p_msg_ids, p_read_counts) as ours(msg_id, read_ct)));
end
$$;
revoke all on function linernotes.release_locks(text, bigint[], integer[]) from public;
