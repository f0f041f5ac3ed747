-- Keeps the statistics of producers exact when credits are added; once a statement.
create or replace function linernotes.contract_credits_added() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform linernotes.contract_recount(array_agg(n.producer_id), array_agg(n.track_id)) from new_rows n;
    return null;
end
$$;
revoke all on function linernotes.contract_credits_added() from public;

create or replace trigger credits_added after insert on public.track_producers
    referencing new table as new_rows for each statement execute function linernotes.contract_credits_added();
