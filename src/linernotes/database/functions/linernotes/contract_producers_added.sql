-- Gives every new producer a row of statistics; once a statement.
create or replace function linernotes.contract_producers_added() returns trigger
language plpgsql set search_path = '' as $$
begin
    insert into public.producer_stats (producer_id, name, search_text)
    select n.id, left(n.name, 255), linernotes.contract_search_text(n.name, n.normalized_name) from new_rows n
    on conflict (producer_id) do nothing;
    return null;
end
$$;
revoke all on function linernotes.contract_producers_added() from public;

create or replace trigger producers_added after insert on public.producers
    referencing new table as new_rows for each statement execute function linernotes.contract_producers_added();
