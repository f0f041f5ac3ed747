-- Lock these recordings and all versions of their works until commit, in order of id: who stores claims about versions
-- of one work, or concludes them, does so one after the other.
create or replace function linernotes.hold_works(p_recordings uuid[]) returns void
language plpgsql set search_path = '' as $$
begin
    perform from linernotes.recordings v
    where v.id in (
        select s.id from linernotes.recordings r
        join linernotes.recordings s on s.artist_key = r.artist_key and s.title_key = r.title_key
        where r.id = any (p_recordings))
    order by v.id
    for no key update;
end
$$;
