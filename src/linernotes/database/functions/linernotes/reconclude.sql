-- Conclude the credits of these recordings anew, once all who work on versions of the same works are done.
create or replace function linernotes.reconclude(
    p_recordings uuid[], p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
begin
    perform from linernotes.recordings v
    where v.id in (
        select s.id from linernotes.recordings r
        join linernotes.recordings s on s.artist_key = r.artist_key and s.title_key = r.title_key
        where r.id = any (p_recordings))
    order by v.id
    for no key update;
    perform linernotes.conclude_credits(p_recordings, p_now);
end
$$;
