-- Note that the search must look anew at new people; once a statement.
create or replace function linernotes.search_due_people() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id) select n.id from new_rows n;
    return null;
end
$$;
revoke all on function linernotes.search_due_people() from public;

create or replace trigger search_due_people after insert on public.producers
    referencing new table as new_rows for each statement execute function linernotes.search_due_people();
