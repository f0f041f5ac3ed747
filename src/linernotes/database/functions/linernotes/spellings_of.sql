-- Every way in which the names of these producers are written here, as it is written.
create or replace function linernotes.spellings_of(p_people uuid[]) returns setof text
language sql stable set search_path = '' as $$
    select p.name from public.producers p where p.id = any (p_people)
    union
    -- Unless it carries the number that tells the second of a name apart.
    select p.normalized_name from public.producers p where p.id = any (p_people) and p.normalized_name !~ ' \([0-9]+\)$'
    union
    select n.name from linernotes.producer_names n where n.producer_id = any (p_people)
    union
    select c.credited_as from linernotes.claims c where c.producer_id = any (p_people)
    union
    select x.credited_as from public.track_producers x where x.producer_id = any (p_people) and x.credited_as is not null;
$$;
revoke all on function linernotes.spellings_of(uuid[]) from public;
