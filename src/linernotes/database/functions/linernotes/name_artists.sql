-- Keeps the names under which artists are found: their own and the aliases in their metadata.
create or replace function linernotes.name_artists(p_artists uuid[]) returns void
language sql set search_path = '' as $$
    delete from linernotes.artist_names k where k.artist_id = any (p_artists);
    insert into linernotes.artist_names (artist_id, name, name_key, search_key, own)
    select distinct on (x.id, x.name) x.id, x.name, left(linernotes.name_key(x.name), 300),
           left(linernotes.search_key(x.name), 300), x.own
    from (
        select a.id, left(a.name, 300) as name, true as own from public.artists a where a.id = any (p_artists)
        union all
        select a.id, left(l.name, 300), false
        from public.artists a
        cross join lateral jsonb_array_elements_text(
            case when jsonb_typeof(a.metadata -> 'aliases') = 'array' then a.metadata -> 'aliases' else '[]' end) l(name)
        where a.id = any (p_artists)
    ) x
    where linernotes.name_key(x.name) is not null
    order by x.id, x.name, x.own desc
    on conflict do nothing;
$$;
revoke all on function linernotes.name_artists(uuid[]) from public;
