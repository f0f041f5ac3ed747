-- Find producers by part of their name, with the number of their different tracks and artists.
-- %, _ and backslash stand for themselves; case and surrounding blanks do not matter. Most tracks first, then most
-- artists, then by name; at most 50. A blank term gives the first 50 of all, a null one none.
-- Anybody may call it: it reads what anybody may read.
create or replace function public.search_producers(search_term text)
returns table (
    id uuid, name text, normalized_name text, instagram_handle text, image_url text, track_count bigint,
    artist_count bigint
) language plpgsql stable security invoker set search_path = '' as $$
declare
    v_term text := lower(regexp_replace(search_term, '^\s+|\s+$', '', 'g'));
    v_pattern text := '%' || regexp_replace(v_term, '([%_\\])', '\\\1', 'g') || '%';
begin
    return query
    select p.id, p.name, p.normalized_name, p.instagram_handle, p.image_url, s.track_count, s.artist_count
    from public.producers p
    join public.producer_stats s on s.producer_id = p.id
    where p.name ilike v_pattern or p.normalized_name ilike v_pattern
    order by s.track_count desc, s.artist_count desc, s.name, s.producer_id
    limit 50;
end
$$;
revoke all on function public.search_producers(text) from public, anon, authenticated, service_role;
grant execute on function public.search_producers(text) to anon, authenticated, service_role;
