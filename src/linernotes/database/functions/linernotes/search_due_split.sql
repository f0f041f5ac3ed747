-- Note that the search must look anew at people who are two again (P4); once a statement.
create or replace function linernotes.search_due_split() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id)
    select o.merged_id from old_rows o union select o.survivor_id from old_rows o;
    return null;
end
$$;
revoke all on function linernotes.search_due_split() from public;

create or replace trigger search_due_split after delete on linernotes.producer_redirects
    referencing old table as old_rows for each statement execute function linernotes.search_due_split();
