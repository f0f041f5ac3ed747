-- Gives every new producer its rows for the search; once a statement.
create or replace function linernotes.contract_producers_added() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform linernotes.contract_add_stats(array_agg(n.id)) from new_rows n;
    return null;
end
$$;
revoke all on function linernotes.contract_producers_added() from public;

create or replace trigger producers_added after insert on public.producers
    referencing new table as new_rows for each statement execute function linernotes.contract_producers_added();
