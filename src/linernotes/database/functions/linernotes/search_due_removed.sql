-- Note that the search must look anew at whom removed rows were about: credits, links; once a statement.
create or replace function linernotes.search_due_removed() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id) select distinct o.producer_id from old_rows o;
    return null;
end
$$;
revoke all on function linernotes.search_due_removed() from public;

create or replace trigger search_due_removed after delete on public.track_producers
    referencing old table as old_rows for each statement execute function linernotes.search_due_removed();
create or replace trigger search_due_removed after delete on linernotes.producer_links
    referencing old table as old_rows for each statement execute function linernotes.search_due_removed();
