-- name: health
select public.get_system_health() as health;

-- name: queues
select * from public.get_queue_monitoring_data();

-- name: counts
select (select count(*) from public.artists) as artists,
       (select count(*) from public.albums) as albums,
       (select count(*) from public.tracks) as tracks,
       (select count(*) from public.producers) as producers,
       (select count(*) from public.track_producers) as track_producers;
