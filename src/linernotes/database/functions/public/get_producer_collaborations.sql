-- List the artists a producer has worked with, the one with the most tracks first: each with the number of different
-- tracks and the tracks themselves (id, name, album, release_date), by date, unknown dates last, then name and id.
-- An unknown or null producer gives no row. Anybody may call it: it reads what anybody may read.
create or replace function public.get_producer_collaborations(producer_id uuid)
returns table (artist_id uuid, artist_name text, artist_image_url text, track_count bigint, tracks jsonb)
language sql stable security invoker set search_path = '' as $$
    with credited as (
        select distinct c.track_id from public.track_producers c where c.producer_id = $1
    )
    select a.id, a.name, a.image_url, w.track_count, w.tracks
    from (
        select b.artist_id, count(*) as track_count,
               jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'album', b.name,
                                            'release_date', b.release_date)
                         order by b.release_date nulls last, t.name, t.id) as tracks
        from credited c
        join public.tracks t on t.id = c.track_id
        join public.albums b on b.id = t.album_id
        group by b.artist_id
    ) w
    join public.artists a on a.id = w.artist_id
    order by w.track_count desc, a.name, a.id;
$$;
revoke all on function public.get_producer_collaborations(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_producer_collaborations(uuid) to anon, authenticated, service_role;
