-- What helps people to judge whether two producers are one: on how many recordings both are credited, and the two
-- artists whose tracks credit each most often.
create or replace function linernotes.told_of_pair(p_one uuid, p_other uuid) returns table (
    recordings bigint, one_known_for text[], other_known_for text[]
) language sql stable set search_path = '' as $$
    select shared.recordings,
           (array_agg(k.name order by k.tracks desc, k.name) filter (where k.producer_id = p_one))[1:2],
           (array_agg(k.name order by k.tracks desc, k.name) filter (where k.producer_id = p_other))[1:2]
    from (
        select count(distinct t.recording_id) as recordings
        from public.track_producers c
        join public.tracks t on t.id = c.track_id
        join public.tracks u on u.recording_id = t.recording_id
        join public.track_producers d on d.track_id = u.id
        where c.producer_id = p_one and d.producer_id = p_other
    ) shared
    left join (
        select c.producer_id, a.name, count(*) as tracks
        from public.track_producers c
        join public.tracks t on t.id = c.track_id
        join public.albums al on al.id = t.album_id
        join public.artists a on a.id = al.artist_id
        where c.producer_id in (p_one, p_other)
        group by 1, 2
    ) k on true
    group by shared.recordings;
$$;
