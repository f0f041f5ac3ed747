-- Conclude the credits of these recordings anew, once all who work on versions of the same works are done.
create or replace function linernotes.reconclude(
    p_recordings uuid[], p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
begin
    perform linernotes.hold_works(p_recordings);
    perform linernotes.conclude_credits(p_recordings, p_now);
end
$$;
