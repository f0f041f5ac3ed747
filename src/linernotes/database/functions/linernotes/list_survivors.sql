-- Bring what public.search_producers looks through up to the redirects: a merged producer is no hit of its own, and
-- its names find who it is now.
create or replace function linernotes.list_survivors(p_producers uuid[]) returns void
language plpgsql set search_path = '' as $$
begin
    perform linernotes.contract_add_stats(p_producers);
    -- Who still has credits that other programs wrote under that id stays: the counts must not be lost.
    with hidden as (
        delete from public.producer_stats s using linernotes.producer_redirects d
        where s.producer_id = d.merged_id and d.merged_id = any (p_producers) and s.track_count = 0
        returning s.producer_id
    )
    delete from public.producer_texts t using hidden h where t.producer_id = h.producer_id;

    with named as materialized (
        select p.id, left(p.name, 255) as name, string_agg(
            linernotes.contract_search_text(q.name, q.normalized_name), chr(31) order by q.id <> p.id, q.id) as search_text
        from public.producers p
        join public.producers q on q.id = p.id or q.id in (
            select d.merged_id from linernotes.producer_redirects d where d.survivor_id = p.id)
        where p.id = any (p_producers)
          and not exists (select from linernotes.producer_redirects d where d.merged_id = p.id)
        group by p.id
    ), texts as (
        update public.producer_texts t set search_text = n.search_text
        from named n where t.producer_id = n.id and t.search_text <> n.search_text
    )
    update public.producer_stats s set search_text = left(n.search_text, 300)
    from named n where s.producer_id = n.id and s.search_text <> left(n.search_text, 300);
end
$$;
