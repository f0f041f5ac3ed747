-- Store what is said of tracks, by a catalogue source or by a call of the contract, and the recordings they carry. What
-- a row leaves out keeps its stored value. metadata is added key by key; of a row that overrules it replaces what was.
-- p_tracks: [{"ids": [...], "recording_ids": [...], "album_id", "name", "isrc": valid or null, "raw_isrc",
--             "duration_ms", "disc", "position", "artists": [...], "title_key", "artist_key", "version_class",
--             "url", "source", "record"}], and from the contract, which knows no recording:
--           [{"ids": [...], "album_id", "name", "duration_ms", "popularity", "preview_url", "metadata", "overrules": true}]
-- A track that no id names is the album's track with the same recording. Returns the id of each with its recording,
-- in order. A row that says nothing new is not written, unless it overrules. Raises 23502 for a new track without name
-- or album_id.
create or replace function linernotes.store_tracks(
    p_tracks jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, id uuid, recording_id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_recordings uuid[];
    v_rows jsonb;
    v_ids uuid[];
begin
    -- Who sends no key of a title knows no recording.
    with asked as (
        select e.ord, e.body, row_number() over (order by e.ord) as nth
        from jsonb_array_elements(p_tracks) with ordinality e(body, ord)
        where e.body ? 'title_key'
    ), found as (
        select r.ord, r.recording_id
        from linernotes.resolve_recordings((
            select jsonb_agg(a.body || jsonb_build_object('title', a.body ->> 'name') order by a.ord) from asked a
        ), p_now) r
    )
    select array_agg(f.recording_id order by e.ord) into v_recordings
    from generate_series(1, jsonb_array_length(p_tracks)) e(ord)
    left join asked a on a.ord = e.ord
    left join found f on f.ord = a.nth;

    -- The same place on the album names a track too: another edition gives it another id at the source.
    select jsonb_agg(p.body || jsonb_build_object('ids', p.body -> 'ids' || case
        when p.recording_id is null then '[]'
        else jsonb_build_array(jsonb_build_object(
            'scheme', 'place', 'value', concat_ws(':', p.body ->> 'album_id', p.recording_id, p.nth))) end) order by p.ord)
    into v_rows
    from (
        select e.ord, e.body, v_recordings[e.ord] as recording_id,
               row_number() over (partition by e.body ->> 'album_id', v_recordings[e.ord] order by e.ord) as nth
        from jsonb_array_elements(p_tracks) with ordinality e(body, ord)
    ) p;
    v_ids := linernotes.resolve_things('track', v_rows, p_now);

    with said as (
        select distinct on (v_ids[e.ord])
            v_ids[e.ord] as id, v_recordings[e.ord] as recording_id, t.ids, t.name, t.album_id, t.duration_ms, t.popularity,
            t.preview_url, t.isrc, coalesce(t.overrules, false) as overrules,
            case when t.overrules then t.metadata else jsonb_strip_nulls(jsonb_build_object(
                'disc', t.disc, 'position', t.position, 'artists', t.artists, 'url', t.url, 'source', t.source,
                'raw_isrc', t.raw_isrc, 'version', t.version_class)) end as metadata
        from jsonb_array_elements(p_tracks) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body) as t(
            ids jsonb, name text, album_id uuid, duration_ms integer, popularity integer, preview_url text, isrc text,
            raw_isrc text, disc integer, position integer, artists jsonb, url text, source text, version_class text,
            metadata jsonb, overrules boolean)
        order by v_ids[e.ord], e.ord
    ), merged as materialized (
        select s.id, s.overrules,
            coalesce(s.name, t.name) as name,
            coalesce(s.album_id, t.album_id) as album_id,
            coalesce(s.duration_ms, t.duration_ms) as duration_ms,
            coalesce(s.popularity, t.popularity) as popularity,
            coalesce(s.preview_url, t.spotify_preview_url) as spotify_preview_url,
            coalesce(s.isrc, t.isrc) as isrc,
            coalesce(s.recording_id, t.recording_id) as recording_id,
            case when s.overrules then coalesce(linernotes.contract_object_or_null(s.metadata), t.metadata)
                 else coalesce(t.metadata, '{}') || s.metadata end as metadata,
            coalesce(t.spotify_id, case when s.ids @> '[{"scheme": "spotify"}]'
                then linernotes.spotify_id_of('track', s.id, s.ids) end) as spotify_id
        from said s left join public.tracks t on t.id = s.id
    )
    insert into public.tracks as t (id, name, album_id, duration_ms, popularity, spotify_preview_url, isrc, recording_id,
                                    metadata, spotify_id, created_at, updated_at)
    select m.id, m.name, m.album_id, m.duration_ms, m.popularity, m.spotify_preview_url, m.isrc, m.recording_id,
           m.metadata, m.spotify_id, p_now, p_now
    from merged m
    where m.overrules or not exists (
        select from public.tracks t
        where t.id = m.id and (
            t.name, t.album_id, t.duration_ms, t.popularity, t.spotify_preview_url, t.isrc, t.recording_id, t.metadata,
            t.spotify_id) is not distinct from (
            m.name, m.album_id, m.duration_ms, m.popularity, m.spotify_preview_url, m.isrc, m.recording_id, m.metadata,
            m.spotify_id))
    order by m.id
    on conflict (id) do update set
        name = excluded.name, album_id = excluded.album_id, duration_ms = excluded.duration_ms,
        popularity = excluded.popularity, spotify_preview_url = excluded.spotify_preview_url, isrc = excluded.isrc,
        recording_id = excluded.recording_id, metadata = excluded.metadata, spotify_id = excluded.spotify_id,
        updated_at = p_now;

    return query select u.ord, u.id, v_recordings[u.ord] from unnest(v_ids) with ordinality u(id, ord);
end
$$;
