-- Count everything anew: after a bulk load with the triggers switched off, or when in doubt.
-- Locks the credits against changes until commit.
create or replace function linernotes.contract_rebuild_stats() returns void
language plpgsql set search_path = '' as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('linernotes.credits', 0));
    truncate linernotes.producer_tracks, linernotes.producer_artists, public.producer_stats, public.producer_texts;
    insert into linernotes.producer_tracks (producer_id, track_id, artist_id)
    select distinct c.producer_id, c.track_id, b.artist_id
    from public.track_producers c
    join public.tracks t on t.id = c.track_id
    join public.albums b on b.id = t.album_id
    order by 1, 2;
    insert into linernotes.producer_artists (producer_id, artist_id, tracks)
    select k.producer_id, k.artist_id, count(*) from linernotes.producer_tracks k group by 1, 2 order by 1, 2;
    -- The texts after the counts, so that each is written once, with its size.
    insert into public.producer_stats (producer_id, name, search_text, track_count, artist_count)
    select p.id, left(p.name, 255), left(linernotes.contract_search_text(p.name, p.normalized_name), 300),
           coalesce(a.tracks, 0), coalesce(a.artists, 0)
    from public.producers p
    left join (
        select k.producer_id, sum(k.tracks) as tracks, count(*) as artists
        from linernotes.producer_artists k group by k.producer_id
    ) a on a.producer_id = p.id;
    insert into public.producer_texts (producer_id, search_text, size)
    select p.id, linernotes.contract_search_text(p.name, p.normalized_name), linernotes.contract_size(s.track_count)
    from public.producers p
    join public.producer_stats s on s.producer_id = p.id;
    -- Who was merged is no hit of its own, and who it is now is found by its names (rule P4).
    perform linernotes.list_survivors(array(
        select d.merged_id from linernotes.producer_redirects d
        union
        select d.survivor_id from linernotes.producer_redirects d));
end
$$;
revoke all on function linernotes.contract_rebuild_stats() from public;
