-- Erase what is claimed of these namesakes, known by their name only, on works of these artists (search keys): there the
-- name means who is forgotten. Returns those of whom nothing is left to know, and how many claims went.
create or replace function linernotes.forget_claims_by_name(
    p_namesakes uuid[], p_artists text[], out emptied uuid[], out erased bigint
) language plpgsql set search_path = '' as $$
begin
    with gone as (
        delete from linernotes.claims c
        where c.producer_id = any (p_namesakes) and c.by_name and exists (
            select from linernotes.artists_of_work(c.recording_id, c.track_id) a
            where linernotes.search_key(a) = any (p_artists))
        returning c.recording_id, c.source, c.track_id
    ), counted as (
        update linernotes.lookups l set forgotten = l.forgotten + g.claims
        from (select x.recording_id, x.source, x.track_id, count(*)::integer as claims from gone x group by 1, 2, 3) g
        where l.recording_id = g.recording_id and l.source = g.source and l.track_id = g.track_id
    )
    select count(*) into erased from gone;
    emptied := array(
        select u from unnest(p_namesakes) u
        where not exists (select from linernotes.claims c where c.producer_id = u)
          and not exists (select from public.track_producers x where x.producer_id = u and x.sources = '{}'));
end
$$;
revoke all on function linernotes.forget_claims_by_name(uuid[], text[]) from public;
