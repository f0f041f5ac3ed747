-- Who a producer is once merges are followed: itself unless it was merged into another (rule P4).
create or replace function linernotes.survivor_of(p_producer uuid) returns uuid
language sql stable parallel safe set search_path = '' as $$
    select coalesce((select d.survivor_id from linernotes.producer_redirects d where d.merged_id = p_producer),
                    p_producer);
$$;
