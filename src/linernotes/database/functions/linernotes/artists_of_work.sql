-- Under which artists a work goes: that of the recording, and that of the album on which the track stands.
create or replace function linernotes.artists_of_work(p_recording uuid, p_track uuid) returns setof text
language sql stable set search_path = '' as $$
    select r.artist_key from linernotes.recordings r where r.id = p_recording
    union
    select a.name
    from public.tracks t
    join public.albums b on b.id = t.album_id
    join public.artists a on a.id = b.artist_id
    where t.id = p_track;
$$;
revoke all on function linernotes.artists_of_work(uuid, uuid) from public;
