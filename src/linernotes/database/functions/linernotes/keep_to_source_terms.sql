-- Remove what the terms of a source do not allow to be kept longer (linernotes.source_terms): answers whose time is
-- over, and tracks, albums and artists that a source with a limit brought and no other source knows. A track stays while anybody claims
-- or rejects something about its recording, or another source has an id for it; an album while it has a track; an artist
-- while it has an album. The time counts from when a discovery last met them. What is removed can be discovered again.
-- And what a source said that may be shown for a while only, and that it has not said again since (linernotes.unshow); a
-- little before that time, since the next run of the job comes ten minutes later.
-- p_limit: how many of each kind of row one run removes at most, the longest unseen first. Returns the numbers removed.
create or replace function linernotes.keep_to_source_terms(
    p_limit integer default 5000, p_now timestamptz default clock_timestamp()
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_terms record;
    v_tracks uuid[];
    v_recordings uuid[];
    v_albums uuid[];
    v_artists uuid[];
    v_answers integer;
    v_removed jsonb := jsonb_build_object('answers', 0, 'tracks', 0, 'albums', 0, 'artists', 0);
    v_unshown jsonb := jsonb_build_object('claims', 0, 'links', 0, 'producers', 0);
    v_more jsonb;
begin
    delete from linernotes.responses r
    where r.ctid = any (array(
        select o.ctid from linernotes.responses o where o.expires_at <= p_now order by o.expires_at limit p_limit));
    get diagnostics v_answers = row_count;

    for v_terms in
        select t.source, p_now - t.alone_for as unseen_since from linernotes.source_terms t
        where t.alone_for is not null order by t.source
    loop
        select array_agg(x.id), array_agg(distinct x.recording_id) into v_tracks, v_recordings
        from (
            select t.id, t.recording_id
            from public.tracks t
            where t.metadata ->> 'source' = v_terms.source and t.updated_at <= v_terms.unseen_since
              and not exists (select from linernotes.claims c where c.recording_id = t.recording_id)
              and not exists (select from linernotes.rejections j where j.recording_id = t.recording_id)
              and not exists (select from linernotes.lookups l
                              where l.recording_id = t.recording_id and l.track_id = t.id
                                and l.looked_at > v_terms.unseen_since)
              and not exists (select from linernotes.external_ids e
                              where e.entity_id = t.id and e.entity_type = 'track'
                                and e.scheme not in (v_terms.source, 'place'))
              and not exists (select from public.track_producers p where p.track_id = t.id)
            order by t.updated_at
            limit p_limit
            for update of t skip locked
        ) x;
        delete from linernotes.external_ids e where e.entity_id = any (v_tracks) and e.entity_type = 'track';
        delete from linernotes.lookups l where l.recording_id = any (v_recordings) and l.track_id = any (v_tracks);
        delete from public.processing_status s
        where s.entity_type = 'track' and s.entity_id = any (v_tracks::text[]);
        delete from public.tracks t where t.id = any (v_tracks);

        select array_agg(r.id) into v_recordings
        from unnest(v_recordings) u(id)
        join linernotes.recordings r on r.id = u.id
        where not exists (select from public.tracks t where t.recording_id = r.id);
        delete from linernotes.external_ids e where e.entity_id = any (v_recordings) and e.entity_type = 'recording';
        delete from linernotes.recordings r where r.id = any (v_recordings);

        select array_agg(x.id) into v_albums
        from (
            select b.id from public.albums b
            where b.metadata -> 'sources' = jsonb_build_object(v_terms.source, true)
              and b.updated_at <= v_terms.unseen_since
              and not exists (select from public.tracks t where t.album_id = b.id)
              and not exists (select from linernotes.external_ids e
                              where e.entity_id = b.id and e.entity_type = 'album' and e.scheme <> v_terms.source)
            order by b.updated_at
            limit p_limit
            for update of b skip locked
        ) x;
        delete from linernotes.external_ids e where e.entity_id = any (v_albums) and e.entity_type = 'album';
        delete from public.processing_status s
        where s.entity_type = 'album' and s.entity_id = any (v_albums::text[]);
        delete from public.albums b where b.id = any (v_albums);

        select array_agg(x.id) into v_artists
        from (
            select a.id from public.artists a
            where a.metadata ->> 'source' = v_terms.source and a.updated_at <= v_terms.unseen_since
              and not exists (select from public.albums b where b.artist_id = a.id)
              and not exists (select from linernotes.external_ids e
                              where e.entity_id = a.id and e.entity_type = 'artist' and e.scheme <> v_terms.source)
            order by a.updated_at
            limit p_limit
            for update of a skip locked
        ) x;
        delete from linernotes.external_ids e where e.entity_id = any (v_artists) and e.entity_type = 'artist';
        delete from public.processing_status s
        where s.entity_type = 'artist' and s.entity_id = any (v_artists::text[]);
        delete from public.artists a where a.id = any (v_artists);

        v_removed := jsonb_build_object(
            'answers', 0,
            'tracks', (v_removed ->> 'tracks')::integer + coalesce(cardinality(v_tracks), 0),
            'albums', (v_removed ->> 'albums')::integer + coalesce(cardinality(v_albums), 0),
            'artists', (v_removed ->> 'artists')::integer + coalesce(cardinality(v_artists), 0));
    end loop;
    for v_terms in
        select t.source, p_now - t.shown_for + interval '10 minutes' as unsaid_since from linernotes.source_terms t
        where t.shown_for is not null order by t.source
    loop
        v_more := linernotes.unshow(v_terms.source, v_terms.unsaid_since, p_limit, p_now);
        v_unshown := jsonb_build_object(
            'claims', (v_unshown ->> 'claims')::integer + (v_more ->> 'claims')::integer,
            'links', (v_unshown ->> 'links')::integer + (v_more ->> 'links')::integer,
            'producers', (v_unshown ->> 'producers')::integer + (v_more ->> 'producers')::integer);
    end loop;
    return v_removed || jsonb_build_object('answers', v_answers) || v_unshown;
end
$$;
