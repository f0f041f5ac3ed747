-- Keeps the names that the search knows those of the producers; once a statement.
create or replace function linernotes.contract_producers_renamed() returns trigger
language plpgsql set search_path = '' as $$
begin
    with renamed as materialized (
        select n.id, n.name, linernotes.contract_search_text(n.name, n.normalized_name) as search_text
        from new_rows n join old_rows o on o.id = n.id
        where (n.name, n.normalized_name) is distinct from (o.name, o.normalized_name)
    ), texts as (
        update public.producer_texts t set search_text = r.search_text from renamed r where t.producer_id = r.id
    )
    update public.producer_stats s
    set name = left(r.name, 255), search_text = left(r.search_text, 300)
    from renamed r
    where s.producer_id = r.id;
    return null;
end
$$;
revoke all on function linernotes.contract_producers_renamed() from public;

create or replace trigger producers_renamed after update on public.producers
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.contract_producers_renamed();
