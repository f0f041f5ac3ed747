-- Bring the statistics up to date when these tracks, or their albums, have moved to another artist (decision D10).
-- Moves are rare. Only then does it lock out, until commit, who changes credits: the artist of their tracks must not
-- change between their look and their commit. Null, which array_agg gives for no rows, is no track.
create or replace function linernotes.contract_recount_moved(p_tracks uuid[]) returns void
language plpgsql set search_path = '' as $$
begin
    if p_tracks is not null then
        perform pg_advisory_xact_lock(hashtextextended('linernotes.credits', 0));
        perform linernotes.contract_recount(array_agg(c.producer_id), array_agg(c.track_id))
        from public.track_producers c
        where c.track_id = any (p_tracks);
    end if;
end
$$;
revoke all on function linernotes.contract_recount_moved(uuid[]) from public;
