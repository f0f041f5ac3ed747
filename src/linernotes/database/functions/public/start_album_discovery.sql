-- Enqueue one page of album discovery for an artist, and note it in queue_metrics. Returns the msg_id.
-- The artist need not exist; the consumer finds out. Raises 22023 for no artist or a negative offset (null is 0);
-- what sending raises keeps its SQLSTATE. After a failure the caller writes the row in worker_issues, by
-- linernotes.contract_note_failed_start (decision D6): what is written here would be rolled back.
create or replace function public.start_album_discovery(artist_id uuid, offset_val integer default 0) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
    v_offset integer := coalesce(offset_val, 0);
    v_key text := format('artist:%s:albums:offset:%s', artist_id, v_offset);
    v_msg_id bigint;
begin
    if artist_id is null then
        raise exception using errcode = '22023', message = 'artist_id must not be null';
    elsif v_offset < 0 then
        raise exception using errcode = '22023', message = 'offset_val must be 0 or more';
    end if;
    v_msg_id := linernotes.queue_send('album_discovery', jsonb_build_object(
        'artistId', artist_id, 'offset', v_offset, '_idempotencyKey', v_key));
    insert into public.queue_metrics (queue_name, operation, success_count, details)
    values ('album_discovery', 'enqueue', 1, jsonb_build_object(
        'artist_id', artist_id, 'offset', v_offset, 'message_id', v_msg_id, 'idempotency_key', v_key));
    return v_msg_id;
exception when others then
    raise exception using errcode = sqlstate, message = 'Failed to enqueue album discovery: ' || sqlerrm;
end
$$;
revoke all on function public.start_album_discovery(uuid, integer) from public, anon, authenticated, service_role;
grant execute on function public.start_album_discovery(uuid, integer) to service_role;
