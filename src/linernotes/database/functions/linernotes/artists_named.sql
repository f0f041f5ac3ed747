-- Keeps the names by which new artists are found; once a statement.
create or replace function linernotes.artists_named() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform linernotes.name_artists(array_agg(n.id)) from new_rows n;
    return null;
end
$$;
revoke all on function linernotes.artists_named() from public;

create or replace trigger artists_named after insert on public.artists
    referencing new table as new_rows for each statement execute function linernotes.artists_named();
