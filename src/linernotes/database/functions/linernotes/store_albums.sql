-- Store what a catalogue source says of an artist's albums. The edition whose tracks stand for an album is the one
-- with the smallest rank seen so far; the earliest release date wins.
-- p_albums: [{"ids": [...], "name", "artist_id", "release_date": ISO text of any precision, "cover_url",
--             "metadata": {"kind", "url", "sources": {name: true}, "edition", "edition_rank", ...}}]
-- Returns the id of each, in order. A row that says nothing new is not written.
create or replace function linernotes.store_albums(
    p_albums jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
    return query
    with resolved as materialized (
        select r.ord, r.entity_id from linernotes.resolve_ids('album', p_albums, p_now) r
    ), said as (
        select distinct on (r.entity_id)
            r.entity_id, a.name, a.artist_id, linernotes.date_of(a.release_date) as release_date, a.cover_url,
            jsonb_strip_nulls(a.metadata || jsonb_build_object('release_date', a.release_date)) as metadata
        from jsonb_array_elements(p_albums) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body)
            as a(name text, artist_id uuid, release_date text, cover_url text, metadata jsonb)
        join resolved r on r.ord = e.ord
        order by r.entity_id, a.metadata ->> 'edition_rank', r.ord
    ), merged as (
        select s.entity_id, s.name, s.artist_id,
            least(s.release_date, t.release_date) as release_date,
            coalesce(s.cover_url, t.cover_url) as cover_url,
            case
                when t.metadata ->> 'edition_rank' < s.metadata ->> 'edition_rank'
                    then s.metadata || t.metadata
                else coalesce(t.metadata, '{}') || s.metadata
            end || jsonb_build_object('sources',
                coalesce(t.metadata -> 'sources', '{}') || coalesce(s.metadata -> 'sources', '{}')) as metadata
        from said s left join public.albums t on t.id = s.entity_id
    ), stored as (
        insert into public.albums as t
            (id, name, artist_id, release_date, cover_url, metadata, created_at, updated_at)
        select m.entity_id, m.name, m.artist_id, m.release_date, m.cover_url, m.metadata, p_now, p_now
        from merged m order by m.entity_id
        on conflict (id) do update set
            name = excluded.name, artist_id = excluded.artist_id, release_date = excluded.release_date,
            cover_url = excluded.cover_url, metadata = excluded.metadata, updated_at = p_now
        where (t.name, t.artist_id, t.release_date, t.cover_url, t.metadata) is distinct from (
            excluded.name, excluded.artist_id, excluded.release_date, excluded.cover_url, excluded.metadata)
    )
    select r.ord, r.entity_id from resolved r order by r.ord;
end
$$;
