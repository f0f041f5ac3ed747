-- Count anew what the search looks at of these producers: credits of 0.5 or more, a recording once, in the year of its
-- first release (I6). Who was merged into somebody has no row of their own (P4).
--
-- rising: (recordings of the last two years + 3) / (those of the two years before + 3) - 1, damped as rule F4 has it
-- by the number of songs (three count fully) and of artists (two count fully); 0 for who does not grow.
create or replace function linernotes.index_producers(
    p_producers uuid[], p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
begin
    delete from linernotes.producer_search s
    using linernotes.producer_redirects d
    where s.producer_id = any (p_producers) and d.merged_id = s.producer_id;

    with asked as materialized (
        select p.id, p.name
        from public.producers p
        where p.id = any (p_producers)
          and not exists (select from linernotes.producer_redirects d where d.merged_id = p.id)
    ), credit as materialized (
        select c.producer_id, c.role, c.confidence, c.verified, coalesce(t.recording_id, t.id) as recording_id,
               b.artist_id, min(b.release_date) over (
                   partition by c.producer_id, coalesce(t.recording_id, t.id)) as released
        from asked k
        join public.track_producers c on c.producer_id = k.id
        join public.tracks t on t.id = c.track_id
        join public.albums b on b.id = t.album_id
        where c.confidence >= 0.5
    ), made as (
        select c.producer_id, count(distinct c.recording_id) as recordings,
               count(distinct c.recording_id) filter (where r.counts_as_producer) as produced,
               count(distinct c.recording_id) filter (where r.class = 'writer') as written,
               count(distinct c.artist_id) as artists, max(c.confidence)::float8 as confidence,
               bool_or(c.verified) as verified, max(c.released) as last_released,
               count(distinct c.recording_id) filter (
                   where c.released > (p_now - interval '2 years')::date and c.released <= p_now::date) as lately,
               count(distinct c.artist_id) filter (
                   where c.released > (p_now - interval '2 years')::date and c.released <= p_now::date) as lately_with,
               count(distinct c.recording_id) filter (
                   where c.released > (p_now - interval '4 years')::date
                     and c.released <= (p_now - interval '2 years')::date) as earlier
        from credit c
        join linernotes.roles r on r.code = c.role
        group by c.producer_id
    ), by_role as (
        select x.producer_id, jsonb_object_agg(x.role, x.recordings) as roles
        from (
            select c.producer_id, c.role, count(distinct c.recording_id) as recordings from credit c group by 1, 2
        ) x
        group by x.producer_id
    ), by_class as (
        select x.producer_id, jsonb_object_agg(x.class, x.recordings) as classes
        from (
            select c.producer_id, r.class, count(distinct c.recording_id) as recordings
            from credit c join linernotes.roles r on r.code = c.role
            group by 1, 2
        ) x
        group by x.producer_id
    ), known as (
        select x.producer_id, array_agg(x.name order by x.place) as best_known
        from (
            select w.producer_id, a.name,
                   row_number() over (partition by w.producer_id order by w.recordings desc, a.name, a.id) as place
            from (
                select c.producer_id, c.artist_id, count(distinct c.recording_id) as recordings
                from credit c group by 1, 2
            ) w
            join public.artists a on a.id = w.artist_id
        ) x
        where x.place <= 3
        group by x.producer_id
    ), identity as (
        select k.id, k.id as own from asked k
        union all
        select d.survivor_id, d.merged_id
        from linernotes.producer_redirects d join asked k on k.id = d.survivor_id
    ), linked as (
        select i.id as producer_id, count(distinct (l.kind, l.value)) as links
        from identity i
        join linernotes.producer_links l on l.producer_id = i.own
        where l.state <> 'gone' and not linernotes.claimed_by_several(l.kind, l.value)
        group by i.id
    ), kinds as (
        select i.id as producer_id, (array_agg(n.kind order by i.own <> i.id, i.own))[1] as kind
        from identity i join linernotes.producer_kinds n on n.producer_id = i.own
        group by i.id
    ), tag as (
        select c.producer_id, 'role:' || c.role as tag from credit c
        union
        select c.producer_id, 'artist:' || c.artist_id from credit c
        union
        select c.producer_id, 'year:' || extract(year from c.released) from credit c where c.released is not null
        union
        select c.producer_id, 'role:' || c.role || '@' || extract(year from c.released)
        from credit c where c.released is not null
        union
        select c.producer_id, 'genre:' || left(lower(g.genre), 100)
        from (select distinct x.producer_id, x.artist_id from credit x) c
        join public.artists a on a.id = c.artist_id
        cross join lateral unnest(linernotes.genres_of(a.metadata)) g(genre)
        union
        select m.producer_id, 'verified' from made m where m.verified
        union
        select l.producer_id, 'reachable' from linked l
    ), tagged as (
        select t.producer_id, array_agg(t.tag order by t.tag) as tags from tag t group by t.producer_id
    )
    insert into linernotes.producer_search as s
        (producer_id, name, kind, recordings, produced, written, artists, roles, words, best_known, confidence, links,
         last_released, rising, tags, as_of)
    select k.id, left(k.name, 300), n.kind, coalesce(m.recordings, 0), coalesce(m.produced, 0), coalesce(m.written, 0),
           coalesce(m.artists, 0), coalesce(r.roles, '{}'), coalesce(r.roles, '{}') || coalesce(x.classes, '{}'),
           coalesce(b.best_known, '{}'), m.confidence, coalesce(l.links, 0), coalesce(m.last_released, '-infinity'),
           greatest(0, ((m.lately + 3) / (m.earlier + 3.0) - 1) * least(1, m.lately / 3.0)
                       * least(1, m.lately_with / 2.0))::float8,
           coalesce(t.tags, '{}'), p_now
    from asked k
    left join made m on m.producer_id = k.id
    left join by_role r on r.producer_id = k.id
    left join by_class x on x.producer_id = k.id
    left join known b on b.producer_id = k.id
    left join linked l on l.producer_id = k.id
    left join kinds n on n.producer_id = k.id
    left join tagged t on t.producer_id = k.id
    order by k.id
    on conflict (producer_id) do update set
        name = excluded.name, kind = excluded.kind, recordings = excluded.recordings, produced = excluded.produced,
        written = excluded.written, artists = excluded.artists, roles = excluded.roles, words = excluded.words,
        best_known = excluded.best_known, confidence = excluded.confidence, links = excluded.links,
        last_released = excluded.last_released, rising = excluded.rising, tags = excluded.tags, as_of = excluded.as_of;
end
$$;
revoke all on function linernotes.index_producers(uuid[], timestamptz) from public;
