-- Let the kept answers that list these artists' albums end now, so that sources are really asked: an answer is about an
-- artist when its request names an id of the artist. Returns how many.
create or replace function linernotes.expire_artist_answers(
    p_artists uuid[], p_sources text[], p_now timestamptz
) returns integer language plpgsql set search_path = '' as $$
declare
    v_ended integer;
begin
    with named as materialized (
        select distinct e.value
        from linernotes.external_ids e
        where e.entity_type = 'artist' and e.entity_id = any (p_artists) and e.scheme <> 'name'
    ), about as (
        select distinct r.source, r.request
        from linernotes.responses r
        cross join lateral regexp_split_to_table(r.request, '(%[0-9A-Fa-f]{2}|[^0-9A-Za-z-])+') as word
        join named n on n.value = word
        where r.source = any (p_sources) and r.expires_at > p_now
    )
    update linernotes.responses r set expires_at = p_now
    from about a
    where r.source = a.source and r.request = a.request;
    get diagnostics v_ended = row_count;
    return v_ended;
end
$$;
revoke all on function linernotes.expire_artist_answers(uuid[], text[], timestamptz) from public;
