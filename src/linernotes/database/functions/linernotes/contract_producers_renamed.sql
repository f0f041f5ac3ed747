-- Keeps the name in a producer's statistics the one of the producer; once a statement.
create or replace function linernotes.contract_producers_renamed() returns trigger
language plpgsql set search_path = '' as $$
begin
    update public.producer_stats s
    set name = left(n.name, 255), search_text = linernotes.contract_search_text(n.name, n.normalized_name)
    from new_rows n join old_rows o on o.id = n.id
    where s.producer_id = n.id and (n.name, n.normalized_name) is distinct from (o.name, o.normalized_name);
    return null;
end
$$;
revoke all on function linernotes.contract_producers_renamed() from public;

create or replace trigger producers_renamed after update on public.producers
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.contract_producers_renamed();
