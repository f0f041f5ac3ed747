-- Note that the search must look anew at people who became one with somebody (P4); once a statement.
create or replace function linernotes.search_due_merged() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into linernotes.producers_due (producer_id)
    select n.merged_id from new_rows n union select n.survivor_id from new_rows n;
    return null;
end
$$;
revoke all on function linernotes.search_due_merged() from public;

create or replace trigger search_due_merged after insert on linernotes.producer_redirects
    referencing new table as new_rows for each statement execute function linernotes.search_due_merged();
create or replace trigger search_due_merged_anew after update on linernotes.producer_redirects
    referencing new table as new_rows for each statement execute function linernotes.search_due_merged();
