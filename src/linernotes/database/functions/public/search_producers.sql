-- Find producers by part of their name, with the number of their different tracks and artists.
-- %, _ and backslash stand for themselves; case and surrounding blanks do not matter. Most tracks first, then most
-- artists, then by name; at most 50. A blank term gives the first 50 of all, a null one none.
-- Anybody may call it: it reads what anybody may read. The counts are kept exact by linernotes.contract_recount.
--
-- Two ways lead to the 50. One walks the producers from the best on until 50 match: quick for a frequent term. The
-- other takes every match from the trigram index, and the counts of the busiest of them: quick for a rare one. The
-- first 4,000 of the walk tell how frequent the term is. A match fetched costs as much as some 16 producers walked past,
-- and fetching at all as much as 6,000. A walk goes at most twice as far as the 50 should be. A term without three letters or digits in a row, signs and blanks of ASCII
-- counting too, has no trigram, so it is walked to the end.
create or replace function public.search_producers(search_term text)
returns table (
    id uuid, name text, normalized_name text, instagram_handle text, image_url text, track_count bigint,
    artist_count bigint
) language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
    c_probe constant bigint := bigint '4000';
    c_fetch constant real := real '16';
    c_begin constant real := real '6000';
    v_term text := lower(regexp_replace(search_term, '^\s+|\s+$', '', 'g'));
    v_pattern text := '%' || regexp_replace(v_term, '([%_\\])', '\\\1', 'g') || '%';
    -- As public.producer_texts.as_one_word is written.
    v_as_one_word text := translate(
        v_term, E' !"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\x1f', '0000000000000000000000000000000000');
    v_all bigint := 9000000000000000000;
    v_depth bigint := c_probe;
    v_seen integer;
    v_producers real;
    v_found uuid[];
begin
    if v_term is null then
        return;
    end if;
    loop
        select coalesce(array_agg(m.producer_id), '{}') into v_found
        from (
            select w.producer_id
            from (
                select s.producer_id, s.search_text
                from public.producer_stats s
                order by s.track_count desc, s.artist_count desc, s.name, s.producer_id
                limit v_depth
            ) w
            where w.search_text like v_pattern
            limit 50
        ) m;
        v_seen := cardinality(v_found);
        exit when v_seen = 50 or v_depth = v_all;
        if v_as_one_word !~ '[[:alnum:]]{3}' then
            v_depth := v_all;
            continue;
        end if;
        select greatest(c.reltuples, 1) into v_producers
        from pg_catalog.pg_class c where c.oid = 'public.producer_stats'::regclass;
        if v_depth > c_probe or v_seen = 0
           or c_begin + c_fetch * v_producers * v_seen / c_probe < 50.0 * c_probe / v_seen then
            v_found := null;
            exit;
        end if;
        v_depth := 100 * c_probe / v_seen;
    end loop;

    if v_found is null then
        -- Materialized, or the planner would walk the statistics here too, for the sake of the limit.
        with match as materialized (
            select t.producer_id, t.size
            from public.producer_texts t
            where t.as_one_word like '%' || v_as_one_word || '%' and t.search_text like v_pattern
        )
        select array_agg(m.producer_id) into v_found
        from (
            select s.producer_id
            from match
            join public.producer_stats s on s.producer_id = match.producer_id
            where match.size >= coalesce((select b.size from match b order by b.size desc offset 49 limit 1), 0)
            order by s.track_count desc, s.artist_count desc, s.name, s.producer_id
            limit 50
        ) m;
    end if;

    return query
    select p.id, p.name, p.normalized_name, p.instagram_handle, p.image_url, s.track_count, s.artist_count
    from public.producer_stats s
    join public.producers p on p.id = s.producer_id
    where s.producer_id = any (v_found)
    order by s.track_count desc, s.artist_count desc, s.name, s.producer_id;
end
$$;
revoke all on function public.search_producers(text) from public, anon, authenticated, service_role;
grant execute on function public.search_producers(text) to anon, authenticated, service_role;
