-- Store what is said of albums, by a catalogue source or by a call of the contract. What a row leaves out keeps its
-- stored value. The edition whose tracks stand for an album is the one with the smallest rank seen so far; the earliest
-- release date wins. A row that overrules brings the last word instead: its date, and its metadata as a whole.
-- p_albums: [{"ids": [...], "name", "artist_id", "release_date": ISO text of any precision, "cover_url",
--             "metadata": {"kind", "url", "sources": {name: true}, "edition", "edition_rank", ...}, "overrules": boolean}]
-- Returns the id of each, in order. A row that says nothing new is not written, unless it overrules. Raises 23502 for a
-- new album without name or artist_id.
create or replace function linernotes.store_albums(
    p_albums jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_ids uuid[] := linernotes.resolve_things('album', p_albums, p_now);
begin
    with said as (
        select distinct on (v_ids[e.ord]) v_ids[e.ord] as id, a.ids, a.name, a.artist_id, a.cover_url,
            coalesce(a.overrules, false) as overrules,
            linernotes.date_of(a.release_date) as release_date,
            case when a.overrules then a.metadata
                 else jsonb_strip_nulls(a.metadata || jsonb_build_object('release_date', a.release_date)) end as metadata
        from jsonb_array_elements(p_albums) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body) as a(
            ids jsonb, name text, artist_id uuid, release_date text, cover_url text, metadata jsonb, overrules boolean)
        order by v_ids[e.ord], a.metadata ->> 'edition_rank', e.ord
    ), merged as materialized (
        select s.id, s.overrules,
            coalesce(s.name, t.name) as name,
            coalesce(s.artist_id, t.artist_id) as artist_id,
            case when s.overrules then coalesce(s.release_date, t.release_date)
                 else least(s.release_date, t.release_date) end as release_date,
            coalesce(s.cover_url, t.cover_url) as cover_url,
            case
                when s.overrules then coalesce(linernotes.contract_object_or_null(s.metadata), t.metadata)
                when t.metadata ->> 'edition_rank' < s.metadata ->> 'edition_rank' then s.metadata || t.metadata
                else coalesce(t.metadata, '{}') || s.metadata
            end || case when s.overrules then '{}' else jsonb_build_object('sources',
                coalesce(t.metadata -> 'sources', '{}') || coalesce(s.metadata -> 'sources', '{}')) end as metadata,
            coalesce(t.spotify_id, case when s.ids @> '[{"scheme": "spotify"}]'
                then linernotes.spotify_id_of('album', s.id, s.ids) end) as spotify_id
        from said s left join public.albums t on t.id = s.id
    )
    insert into public.albums as t
        (id, name, artist_id, release_date, cover_url, metadata, spotify_id, created_at, updated_at)
    select m.id, m.name, m.artist_id, m.release_date, m.cover_url, m.metadata, m.spotify_id, p_now, p_now
    from merged m
    where m.overrules or not exists (
        select from public.albums t
        where t.id = m.id and (t.name, t.artist_id, t.release_date, t.cover_url, t.metadata, t.spotify_id)
            is not distinct from (m.name, m.artist_id, m.release_date, m.cover_url, m.metadata, m.spotify_id))
    order by m.id
    on conflict (id) do update set
        name = excluded.name, artist_id = excluded.artist_id, release_date = excluded.release_date,
        cover_url = excluded.cover_url, metadata = excluded.metadata, spotify_id = excluded.spotify_id,
        updated_at = p_now;

    return query select u.ord, u.id from unnest(v_ids) with ordinality u(id, ord);
end
$$;
