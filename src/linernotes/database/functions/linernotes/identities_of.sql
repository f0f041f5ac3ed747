-- A producer and everybody who was merged into it: the rows that stand for one person (rule P4). Of one that was
-- merged itself, the whole person too.
create or replace function linernotes.identities_of(p_producer uuid) returns setof uuid
language sql stable parallel safe set search_path = '' as $$
    select linernotes.survivor_of(p_producer)
    union
    select d.merged_id from linernotes.producer_redirects d
    where d.survivor_id = linernotes.survivor_of(p_producer);
$$;
