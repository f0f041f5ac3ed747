-- Enqueue discovery for the stored artists of a genre (its case does not matter) from a popularity on, the most
-- popular first. Returns one row for each. An artist without popularity, genres or a name never matches.
-- Raises 22023 for a blank genre. limit_count null counts as 20, min_popularity null as 50.
create or replace function public.start_bulk_artist_discovery(
    genre text, min_popularity integer default 50, limit_count integer default 20
) returns table (artist_name text, message_id bigint)
language plpgsql security definer set search_path = '' as $$
declare
    v_genre text := lower(regexp_replace(genre, '^\s+|\s+$', '', 'g'));
    v_found text[];
begin
    if v_genre is null or v_genre = '' then
        raise exception using errcode = '22023', message = 'genre must not be blank';
    end if;
    select array_agg(f.name order by f.popularity desc, f.name, f.id) into v_found
    from (
        select a.name, a.popularity, a.id
        from public.artists a
        where lower((a.metadata -> 'genres')::text)::jsonb ? v_genre
          and jsonb_typeof(a.metadata -> 'genres') = 'array'
          and a.popularity >= coalesce(min_popularity, 50)
          and a.name ~ '\S'
        order by a.popularity desc, a.name, a.id
        limit greatest(coalesce(limit_count, 20), 0)
    ) f;
    foreach artist_name in array coalesce(v_found, '{}') loop
        message_id := public.start_artist_discovery(artist_name);
        return next;
    end loop;
end
$$;
revoke all on function public.start_bulk_artist_discovery(text, integer, integer)
    from public, anon, authenticated, service_role;
grant execute on function public.start_bulk_artist_discovery(text, integer, integer) to service_role;
