-- Keeps the statistics exact when albums move to another artist; once a statement.
create or replace function linernotes.contract_albums_moved() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform linernotes.contract_recount_moved(array_agg(t.id))
    from new_rows n
    join old_rows o on o.id = n.id
    join public.tracks t on t.album_id = n.id
    where n.artist_id <> o.artist_id;
    return null;
end
$$;
revoke all on function linernotes.contract_albums_moved() from public;

create or replace trigger albums_moved after update on public.albums
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.contract_albums_moved();
