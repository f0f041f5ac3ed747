-- Store what a catalogue source says of artists; what it leaves out keeps its stored value.
-- p_artists: [{"ids": [...], "name", "popularity", "image_url", "metadata": object}]
-- Returns the id of each, in order. A row that says nothing new is not written.
create or replace function linernotes.store_artists(
    p_artists jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
    return query
    with resolved as materialized (
        select r.ord, r.entity_id from linernotes.resolve_ids('artist', p_artists, p_now) r
    ), said as (
        select distinct on (r.entity_id) r.entity_id, a.name, a.popularity, a.image_url, a.metadata
        from jsonb_array_elements(p_artists) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body)
            as a(name text, popularity integer, image_url text, metadata jsonb)
        join resolved r on r.ord = e.ord
        order by r.entity_id, r.ord
    ), stored as (
        insert into public.artists as t (id, name, popularity, image_url, metadata, created_at, updated_at)
        select s.entity_id, s.name, s.popularity, s.image_url, s.metadata, p_now, p_now
        from said s order by s.entity_id
        on conflict (id) do update set
            name = excluded.name,
            popularity = coalesce(excluded.popularity, t.popularity),
            image_url = coalesce(excluded.image_url, t.image_url),
            metadata = coalesce(t.metadata, '{}') || coalesce(excluded.metadata, '{}'),
            updated_at = p_now
        where (t.name, t.popularity, t.image_url, coalesce(t.metadata, '{}')) is distinct from (
            excluded.name, coalesce(excluded.popularity, t.popularity), coalesce(excluded.image_url, t.image_url),
            coalesce(t.metadata, '{}') || coalesce(excluded.metadata, '{}'))
    )
    select r.ord, r.entity_id from resolved r order by r.ord;
end
$$;
