-- Keeps the statistics exact when tracks move to another album (decision D10).
-- Moves are rare. Only then does it lock out, until commit, who changes credits: the artist of their tracks must not
-- change between their look and their commit.
create or replace function linernotes.contract_tracks_moved() returns trigger
language plpgsql set search_path = '' as $$
declare
    v_moved uuid[];
begin
    select array_agg(n.id) into v_moved
    from new_rows n join old_rows o on o.id = n.id
    where n.album_id <> o.album_id;
    if v_moved is not null then
        perform pg_advisory_xact_lock(hashtextextended('linernotes.credits', 0));
        perform linernotes.contract_recount(array_agg(c.producer_id), array_agg(c.track_id))
        from public.track_producers c
        where c.track_id = any (v_moved);
    end if;
    return null;
end
$$;
revoke all on function linernotes.contract_tracks_moved() from public;

create or replace trigger tracks_moved after update on public.tracks
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.contract_tracks_moved();
