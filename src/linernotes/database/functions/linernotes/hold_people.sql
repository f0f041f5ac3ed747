-- Wait until nobody stores people while somebody is forgotten, and until commit keep it so.
-- p_change: we forget somebody, and are alone; otherwise we store people, beside others who do.
-- Whoever stores them has to read the list of the forgotten that holds when it commits. Taken before hold_merges.
create or replace function linernotes.hold_people(p_change boolean) returns void
language plpgsql set search_path = '' as $$
begin
    if p_change then
        perform pg_advisory_xact_lock(1819110005);
    else
        perform pg_advisory_xact_lock_shared(1819110005);
    end if;
end
$$;
revoke all on function linernotes.hold_people(boolean) from public;
