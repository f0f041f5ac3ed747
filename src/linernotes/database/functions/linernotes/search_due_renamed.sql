-- Note that the search must look anew at people who are called otherwise now; once a statement.
create or replace function linernotes.search_due_renamed() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id)
    select n.id from new_rows n join old_rows o on o.id = n.id where n.name <> o.name;
    return null;
end
$$;
revoke all on function linernotes.search_due_renamed() from public;

create or replace trigger search_due_renamed after update on public.producers
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.search_due_renamed();
