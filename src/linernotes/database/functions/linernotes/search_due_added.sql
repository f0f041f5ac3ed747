-- Note that the search must look anew at whom new rows are about: credits, links, kinds; once a statement.
create or replace function linernotes.search_due_added() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id) select distinct n.producer_id from new_rows n;
    return null;
end
$$;
revoke all on function linernotes.search_due_added() from public;

create or replace trigger search_due_added after insert on public.track_producers
    referencing new table as new_rows for each statement execute function linernotes.search_due_added();
create or replace trigger search_due_added after insert on linernotes.producer_links
    referencing new table as new_rows for each statement execute function linernotes.search_due_added();
create or replace trigger search_due_added after insert on linernotes.producer_kinds
    referencing new table as new_rows for each statement execute function linernotes.search_due_added();
