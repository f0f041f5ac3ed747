-- Leave the row in worker_issues that a failed start_album_discovery cannot write itself: its own transaction ends
-- with the failure (decision D6). The client that catches the error calls this next. (dblink would do it from
-- inside, but needs a password kept in the database or a server that trusts everybody.)
create or replace function linernotes.contract_note_failed_start(p_artist_id uuid, p_offset integer, p_error text)
returns uuid language sql set search_path = '' as $$
    insert into public.worker_issues (worker_name, issue_type, message, details)
    values (
        'start_album_discovery', 'database_error',
        case when starts_with(p_error, 'Failed to enqueue album discovery: ') then p_error
             else 'Failed to enqueue album discovery: ' || coalesce(p_error, 'unknown') end,
        jsonb_build_object('artist_id', p_artist_id, 'offset', p_offset, 'error', p_error))
    returning id;
$$;
revoke all on function linernotes.contract_note_failed_start(uuid, integer, text) from public;
