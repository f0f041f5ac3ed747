-- Bring the statistics of these pairs of producer and track up to what track_producers says now; pairs may repeat, and
-- null, which array_agg gives for no rows, is none.
--
-- It compares what is with what was counted, so it does not matter which statement changed what, or how often it
-- runs. Two sessions that touch one producer do it one after the other (the row in producer_stats is the lock, taken
-- in order of id), and the second sees what the first committed. A track that moves to another artist while others
-- add credits would be missed, so movers lock everybody out (contract_recount_moved) and all others share.
--
-- What it costs, in CPU time of the server, among a million producers, in statements of 1,000 credits: 16 us for each
-- credit of some 30 producers (35 instead of 19 us), 50 to 70 us when each goes to another one drawn by chance (100
-- instead of 40 us). `./run bench search` measures it. Counting only when asked would make every search pay instead.
create or replace function linernotes.contract_recount(p_producers uuid[], p_tracks uuid[]) returns void
language plpgsql set search_path = '' as $$
declare
    v_producers uuid[];
    v_locked integer;
begin
    if p_producers is null then
        return;
    end if;
    perform pg_advisory_xact_lock_shared(hashtextextended('linernotes.credits', 0));
    select array_agg(distinct u) into v_producers from unnest(p_producers) u;
    if current_setting('transaction_isolation') = 'read committed' then
        perform from public.producer_stats s where s.producer_id = any (v_producers)
        order by s.producer_id for no key update;
    else
        -- An older snapshot must not count: a write makes the later of two such transactions fail and start anew.
        update public.producer_stats s set track_count = s.track_count where s.producer_id = any (v_producers);
    end if;
    get diagnostics v_locked = row_count;
    if v_locked < cardinality(v_producers) then
        -- One statement brings producers and their credits, and this runs before contract_producers_added.
        perform linernotes.contract_add_stats(v_producers);
    end if;

    with touched as materialized (
        select distinct u.producer_id, u.track_id from unnest(p_producers, p_tracks) u(producer_id, track_id)
    ), artist as materialized (
        select t.id as track_id, b.artist_id
        from (select distinct x.track_id from touched x) x
        join public.tracks t on t.id = x.track_id
        join public.albums b on b.id = t.album_id
    ), compared as materialized (
        select x.producer_id, x.track_id, k.artist_id as counted,
               case when exists (select from public.track_producers c
                                 where c.track_id = x.track_id and c.producer_id = x.producer_id)
                    then a.artist_id end as actual
        from touched x
        left join artist a on a.track_id = x.track_id
        left join linernotes.producer_tracks k on k.producer_id = x.producer_id and k.track_id = x.track_id
    ), gone as (
        delete from linernotes.producer_tracks k using compared d
        where k.producer_id = d.producer_id and k.track_id = d.track_id
          and d.counted is not null and d.actual is null
    ), moved as (
        update linernotes.producer_tracks k set artist_id = d.actual
        from compared d
        where k.producer_id = d.producer_id and k.track_id = d.track_id and d.counted <> d.actual
    ), new as (
        -- No conflict can be: who counts for these producers waits for us.
        insert into linernotes.producer_tracks (producer_id, track_id, artist_id)
        select d.producer_id, d.track_id, d.actual from compared d
        where d.counted is null and d.actual is not null
    ), change as materialized (
        select c.producer_id, c.artist_id, c.tracks, k.tracks as before
        from (
            select d.producer_id, a.artist_id, sum(a.tracks) as tracks
            from compared d
            cross join lateral (values (d.actual, 1), (d.counted, -1)) a(artist_id, tracks)
            where d.actual is distinct from d.counted and a.artist_id is not null
            group by d.producer_id, a.artist_id
            having sum(a.tracks) <> 0
        ) c
        left join linernotes.producer_artists k on k.producer_id = c.producer_id and k.artist_id = c.artist_id
    ), no_artist as (
        delete from linernotes.producer_artists k using change c
        where k.producer_id = c.producer_id and k.artist_id = c.artist_id and c.before + c.tracks = 0
    ), known_artist as (
        update linernotes.producer_artists k set tracks = c.before + c.tracks
        from change c
        where k.producer_id = c.producer_id and k.artist_id = c.artist_id and c.before + c.tracks > 0
    ), new_artist as (
        insert into linernotes.producer_artists (producer_id, artist_id, tracks)
        select c.producer_id, c.artist_id, c.tracks from change c where c.before is null
    ), counted as (
        update public.producer_stats s
        set track_count = s.track_count + d.tracks, artist_count = s.artist_count + d.artists
        from (
            select c.producer_id, sum(c.tracks)::bigint as tracks,
                   sum((coalesce(c.before, 0) + c.tracks > 0)::integer - (c.before is not null)::integer) as artists
            from change c
            group by c.producer_id
        ) d
        where s.producer_id = d.producer_id and (d.tracks <> 0 or d.artists <> 0)
        returning s.producer_id, s.track_count as now, s.track_count - d.tracks as before
    )
    -- Two numbers have equally many binary digits when what they differ in is no more than what they share.
    update public.producer_texts t set size = linernotes.contract_size(c.now)
    from counted c
    where t.producer_id = c.producer_id and (c.now # c.before) > (c.now & c.before);
end
$$;
revoke all on function linernotes.contract_recount(uuid[], uuid[]) from public;
