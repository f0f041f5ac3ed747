-- Of these producers no source knew anything when it was asked for them: enrichment_failed, unless somebody knew them
-- before. A profile that is found later takes the mark away (store_producers).
create or replace function linernotes.note_unenriched(
    p_producers uuid[], p_now timestamptz default clock_timestamp()
) returns void language sql set search_path = '' as $$
    with nobody_knows as (
        select t.id from public.producers t
        where t.id = any (p_producers) and t.enriched_at is null and t.enrichment_failed is not true
        order by t.id
        for no key update
    )
    update public.producers t set enrichment_failed = true, updated_at = p_now
    from nobody_knows n
    where t.id = n.id;
$$;
revoke all on function linernotes.note_unenriched(uuid[], timestamptz) from public;
