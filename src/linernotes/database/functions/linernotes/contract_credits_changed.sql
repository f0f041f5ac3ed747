-- Keeps the statistics of producers exact when credits go to another producer or track; once a statement.
-- Most updates leave both as they are, and nothing is counted then.
create or replace function linernotes.contract_credits_changed() returns trigger
language plpgsql set search_path = '' as $$
begin
    perform linernotes.contract_recount(array_agg(u.producer_id), array_agg(u.track_id))
    from new_rows n
    full join old_rows o on o.id = n.id
    cross join lateral (values (n.producer_id, n.track_id), (o.producer_id, o.track_id)) u(producer_id, track_id)
    where (n.producer_id, n.track_id) is distinct from (o.producer_id, o.track_id) and u.track_id is not null;
    return null;
end
$$;
revoke all on function linernotes.contract_credits_changed() from public;

create or replace trigger credits_changed after update on public.track_producers
    referencing old table as old_rows new table as new_rows
    for each statement execute function linernotes.contract_credits_changed();
