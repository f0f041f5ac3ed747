-- Note that the search must look anew at who is credited on albums whose date or artist changed; once a statement.
create or replace function linernotes.search_due_albums() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id)
    select distinct c.producer_id
    from new_rows n
    join old_rows o on o.id = n.id
    join public.tracks t on t.album_id = n.id
    join public.track_producers c on c.track_id = t.id
    where (n.release_date, n.artist_id) is distinct from (o.release_date, o.artist_id);
    return null;
end
$$;
revoke all on function linernotes.search_due_albums() from public;

create or replace trigger search_due_albums after update on public.albums
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.search_due_albums();
