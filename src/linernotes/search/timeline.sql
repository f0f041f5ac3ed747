-- name: timeline
-- Recordings by the year of their first release.
with credit as (
    select coalesce(t.recording_id, t.id) as recording_id, r.counts_as_producer, r.class, b.artist_id,
           min(b.release_date) over (partition by coalesce(t.recording_id, t.id)) as released
    from public.track_producers c
    join linernotes.roles r on r.code = c.role
    join public.tracks t on t.id = c.track_id
    join public.albums b on b.id = t.album_id
    where c.producer_id = %(id)s and c.confidence >= %(shown_from)s
), dated as (
    select c.*, extract(year from c.released)::int as year from credit c
), worked as (
    select d.year, a.name, row_number() over (
               partition by d.year order by count(distinct d.recording_id) desc, a.name, a.id) as place
    from dated d
    join public.artists a on a.id = d.artist_id
    group by d.year, a.id
)
select d.year, count(distinct d.recording_id)::int as recordings,
       count(distinct d.recording_id) filter (where d.counts_as_producer)::int as produced,
       count(distinct d.recording_id) filter (where d.class = 'writer')::int as written,
       (select array_agg(w.name order by w.place) from worked w
        where w.year is not distinct from d.year and w.place <= 5) as artists
from dated d
group by d.year
order by d.year nulls last;
