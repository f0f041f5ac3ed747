-- Give these producers their rows for the search, with nothing counted yet; those who have them keep them.
create or replace function linernotes.contract_add_stats(p_producers uuid[]) returns void
language sql set search_path = '' as $$
    with new as materialized (
        select p.id, p.name, linernotes.contract_search_text(p.name, p.normalized_name) as search_text
        from public.producers p
        where p.id = any (p_producers)
    ), texts as (
        insert into public.producer_texts (producer_id, search_text)
        select n.id, n.search_text from new n
        on conflict (producer_id) do nothing
    )
    insert into public.producer_stats (producer_id, name, search_text)
    select n.id, left(n.name, 255), left(n.search_text, 300) from new n
    on conflict (producer_id) do nothing;
$$;
revoke all on function linernotes.contract_add_stats(uuid[]) from public;
