-- Store what is said of artists, by a catalogue source or by a call of the contract. What a row leaves out keeps its
-- stored value. metadata is added key by key; of a row that overrules it replaces what was there.
-- p_artists: [{"ids": [...], "name", "followers", "popularity", "image_url", "metadata": object, "overrules": boolean}]
-- Returns the id of each, in order. A row that says nothing new is not written, unless it overrules. Raises 23502 for a
-- new artist without name.
create or replace function linernotes.store_artists(
    p_artists jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_ids uuid[] := linernotes.resolve_things('artist', p_artists, p_now);
begin
    with said as (
        select distinct on (v_ids[e.ord]) v_ids[e.ord] as id, a.*
        from jsonb_array_elements(p_artists) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body) as a(
            ids jsonb, name text, followers integer, popularity integer, image_url text, metadata jsonb,
            overrules boolean)
        order by v_ids[e.ord], e.ord
    ), merged as materialized (
        select s.id, coalesce(s.overrules, false) as overrules,
            coalesce(s.name, t.name) as name,
            coalesce(s.followers, t.followers) as followers,
            coalesce(s.popularity, t.popularity) as popularity,
            coalesce(s.image_url, t.image_url) as image_url,
            case when s.overrules then coalesce(linernotes.contract_object_or_null(s.metadata), t.metadata)
                 else coalesce(t.metadata || s.metadata, s.metadata, t.metadata) end as metadata,
            coalesce(t.spotify_id, case when s.ids @> '[{"scheme": "spotify"}]'
                then linernotes.spotify_id_of('artist', s.id, s.ids) end) as spotify_id
        from said s left join public.artists t on t.id = s.id
    )
    insert into public.artists as t
        (id, name, followers, popularity, image_url, metadata, spotify_id, created_at, updated_at)
    select m.id, m.name, m.followers, m.popularity, m.image_url, m.metadata, m.spotify_id, p_now, p_now
    from merged m
    where m.overrules or not exists (
        select from public.artists t
        where t.id = m.id and (t.name, t.followers, t.popularity, t.image_url, t.metadata, t.spotify_id)
            is not distinct from (m.name, m.followers, m.popularity, m.image_url, m.metadata, m.spotify_id))
    order by m.id
    on conflict (id) do update set
        name = excluded.name, followers = excluded.followers, popularity = excluded.popularity,
        image_url = excluded.image_url, metadata = excluded.metadata, spotify_id = excluded.spotify_id,
        updated_at = p_now;

    return query select u.ord, u.id from unnest(v_ids) with ordinality u(id, ord);
end
$$;
