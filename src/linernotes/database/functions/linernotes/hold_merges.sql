-- Wait until nobody concludes credits while producers are merged or split, and until commit keep it so.
-- p_change: we merge or split, and are alone; otherwise we conclude, beside others who do.
-- Whoever concludes has to read the redirects that hold when it commits, or a credit stays with somebody merged away.
create or replace function linernotes.hold_merges(p_change boolean) returns void
language plpgsql set search_path = '' as $$
begin
    if p_change then
        perform pg_advisory_xact_lock(1819110004);
    else
        perform pg_advisory_xact_lock_shared(1819110004);
    end if;
end
$$;
