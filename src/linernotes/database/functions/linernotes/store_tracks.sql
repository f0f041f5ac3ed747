-- Store what a catalogue source says of an album's tracks, and the recordings they carry.
-- p_tracks: [{"ids": [...], "recording_ids": [...], "album_id", "name", "isrc": valid or null, "raw_isrc",
--             "duration_ms", "disc", "position", "artists": [...], "title_key", "artist_key", "version_class",
--             "url", "source", "record"}]
-- A track that no id names is the album's track with the same recording. Returns the id of each with its recording,
-- in order. A row that says nothing new is not written.
create or replace function linernotes.store_tracks(
    p_tracks jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, id uuid, recording_id uuid) language plpgsql set search_path = '' set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_recordings uuid[];
    v_rows jsonb;
begin
    select array_agg(r.recording_id order by r.ord) into v_recordings
    from linernotes.resolve_recordings((
        select jsonb_agg(t || jsonb_build_object('title', t ->> 'name')) from jsonb_array_elements(p_tracks) t
    ), p_now) r;

    -- The same place on the album names a track too: another edition gives it another id at the source.
    select jsonb_agg(jsonb_build_object('ids', p.ids || jsonb_build_array(jsonb_build_object(
        'scheme', 'place', 'value', concat_ws(':', p.album_id, p.recording_id, p.nth)))) order by p.ord)
    into v_rows
    from (
        select e.ord, e.body -> 'ids' as ids, e.body ->> 'album_id' as album_id, v_recordings[e.ord] as recording_id,
               row_number() over (partition by e.body ->> 'album_id', v_recordings[e.ord] order by e.ord) as nth
        from jsonb_array_elements(p_tracks) with ordinality e(body, ord)
    ) p;

    return query
    with resolved as materialized (
        select r.ord, r.entity_id from linernotes.resolve_ids('track', v_rows, p_now) r
    ), said as (
        select distinct on (r.entity_id)
            r.entity_id, t.name, t.album_id, t.duration_ms, t.isrc, v_recordings[r.ord] as recording_id,
            jsonb_strip_nulls(jsonb_build_object('disc', t.disc, 'position', t.position, 'artists', t.artists,
                'url', t.url, 'source', t.source, 'raw_isrc', t.raw_isrc, 'version', t.version_class)) as metadata
        from jsonb_array_elements(p_tracks) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body) as t(
            name text, album_id uuid, duration_ms integer, isrc text, raw_isrc text, disc integer, position integer,
            artists jsonb, url text, source text, version_class text)
        join resolved r on r.ord = e.ord
        order by r.entity_id, r.ord
    ), stored as (
        insert into public.tracks as t
            (id, name, album_id, duration_ms, isrc, recording_id, metadata, created_at, updated_at)
        select s.entity_id, s.name, s.album_id, s.duration_ms, s.isrc, s.recording_id, s.metadata, p_now, p_now
        from said s order by s.entity_id
        on conflict (id) do update set
            name = excluded.name, album_id = excluded.album_id,
            duration_ms = coalesce(excluded.duration_ms, t.duration_ms),
            isrc = coalesce(excluded.isrc, t.isrc), recording_id = excluded.recording_id,
            metadata = coalesce(t.metadata, '{}') || excluded.metadata, updated_at = p_now
        where (t.name, t.album_id, t.duration_ms, t.isrc, t.recording_id, t.metadata) is distinct from (
            excluded.name, excluded.album_id, coalesce(excluded.duration_ms, t.duration_ms),
            coalesce(excluded.isrc, t.isrc), excluded.recording_id, coalesce(t.metadata, '{}') || excluded.metadata)
    )
    select r.ord, r.entity_id, v_recordings[r.ord] from resolved r order by r.ord;
end
$$;
