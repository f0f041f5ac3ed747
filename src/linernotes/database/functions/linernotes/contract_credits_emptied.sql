-- Keeps the statistics of producers exact when all credits are removed by TRUNCATE.
create or replace function linernotes.contract_credits_emptied() returns trigger
language plpgsql set search_path = '' as $$
begin
    truncate linernotes.producer_tracks, linernotes.producer_artists;
    update public.producer_stats s set track_count = 0, artist_count = 0 where s.track_count > 0;
    insert into linernotes.producers_due (producer_id) select s.producer_id from linernotes.producer_search s;
    update public.producer_texts t set size = 0 where t.size > 0;
    return null;
end
$$;
revoke all on function linernotes.contract_credits_emptied() from public;

create or replace trigger credits_emptied after truncate on public.track_producers
    for each statement execute function linernotes.contract_credits_emptied();
