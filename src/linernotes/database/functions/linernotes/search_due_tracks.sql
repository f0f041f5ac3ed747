-- Note that the search must look anew at who is credited on tracks that carry another recording, or stand on another
-- album, than before; once a statement.
create or replace function linernotes.search_due_tracks() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id)
    select distinct c.producer_id
    from new_rows n
    join old_rows o on o.id = n.id
    join public.track_producers c on c.track_id = n.id
    where (n.recording_id, n.album_id) is distinct from (o.recording_id, o.album_id);
    return null;
end
$$;
revoke all on function linernotes.search_due_tracks() from public;

create or replace trigger search_due_tracks after update on public.tracks
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.search_due_tracks();
