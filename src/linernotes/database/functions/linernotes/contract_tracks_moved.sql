-- Keeps the statistics exact when tracks move to another album; once a statement.
create or replace function linernotes.contract_tracks_moved() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform linernotes.contract_recount_moved(array_agg(n.id))
    from new_rows n join old_rows o on o.id = n.id
    where n.album_id <> o.album_id;
    return null;
end
$$;
revoke all on function linernotes.contract_tracks_moved() from public;

create or replace trigger tracks_moved after update on public.tracks
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.contract_tracks_moved();
