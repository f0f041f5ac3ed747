-- Keeps the names by which artists are found when they, or their aliases, change; and notes that the search must look
-- anew at their producers when their name or genres did. Once a statement.
create or replace function linernotes.artists_renamed() returns trigger
language plpgsql set search_path = '' as $$
declare
    v_renamed uuid[];
begin
    select array_agg(n.id) into v_renamed
    from new_rows n join old_rows o on o.id = n.id
    where (n.name, n.metadata -> 'aliases') is distinct from (o.name, o.metadata -> 'aliases');
    if v_renamed is not null then
        perform linernotes.name_artists(v_renamed);
    end if;
    insert into linernotes.producers_due (producer_id)
    select distinct c.producer_id
    from new_rows n
    join old_rows o on o.id = n.id
    join public.albums b on b.artist_id = n.id
    join public.tracks t on t.album_id = b.id
    join public.track_producers c on c.track_id = t.id
    where (n.name, n.metadata -> 'genres') is distinct from (o.name, o.metadata -> 'genres');
    return null;
end
$$;
revoke all on function linernotes.artists_renamed() from public;

create or replace trigger artists_renamed after update on public.artists
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.artists_renamed();
