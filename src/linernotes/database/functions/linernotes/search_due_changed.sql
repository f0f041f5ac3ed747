-- Note that the search must look anew at whom changed rows are or were about: credits, links, kinds; once a statement.
create or replace function linernotes.search_due_changed() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id)
    select n.producer_id from new_rows n union select o.producer_id from old_rows o;
    return null;
end
$$;
revoke all on function linernotes.search_due_changed() from public;

create or replace trigger search_due_changed after update on public.track_producers
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.search_due_changed();
create or replace trigger search_due_changed after update on linernotes.producer_links
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.search_due_changed();
create or replace trigger search_due_changed after update on linernotes.producer_kinds
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.search_due_changed();
