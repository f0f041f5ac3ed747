-- Keeps the statistics of producers exact when credits are removed; once a statement.
create or replace function linernotes.contract_credits_removed() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform linernotes.contract_recount(array_agg(o.producer_id), array_agg(o.track_id)) from old_rows o;
    return null;
end
$$;
revoke all on function linernotes.contract_credits_removed() from public;

create or replace trigger credits_removed after delete on public.track_producers
    referencing old table as old_rows for each statement execute function linernotes.contract_credits_removed();
