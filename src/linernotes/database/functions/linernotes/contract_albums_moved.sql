-- Keeps the statistics exact when albums move to another artist (decision D10); see contract_tracks_moved.
create or replace function linernotes.contract_albums_moved() returns trigger
language plpgsql set search_path = '' as $$
declare
    v_moved uuid[];
begin
    select array_agg(n.id) into v_moved
    from new_rows n join old_rows o on o.id = n.id
    where n.artist_id <> o.artist_id;
    if v_moved is not null then
        perform pg_advisory_xact_lock(hashtextextended('linernotes.credits', 0));
        perform linernotes.contract_recount(array_agg(c.producer_id), array_agg(c.track_id))
        from public.tracks t
        join public.track_producers c on c.track_id = t.id
        where t.album_id = any (v_moved);
    end if;
    return null;
end
$$;
revoke all on function linernotes.contract_albums_moved() from public;

create or replace trigger albums_moved after update on public.albums
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.contract_albums_moved();
