-- The recordings that say or are refused something about any of these producers: whose credits change when they are
-- merged or split.
create or replace function linernotes.works_of(p_producers uuid[]) returns uuid[]
language sql stable set search_path = '' as $$
    select array_agg(distinct r.recording_id)
    from (
        select c.recording_id from linernotes.claims c where c.producer_id = any (p_producers)
        union all
        select x.recording_id from linernotes.rejections x
        where x.producer_id = any (p_producers) and x.restored_at is null
    ) r;
$$;
