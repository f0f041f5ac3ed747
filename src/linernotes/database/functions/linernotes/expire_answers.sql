-- Let the kept answers about these tracks end now, so that sources are really asked: an answer is about a track when its
-- request names an id of the track, its recording or its album. Returns how many.
create or replace function linernotes.expire_answers(
    p_tracks uuid[], p_sources text[], p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_ended integer;
begin
    with named as materialized (
        select distinct e.value
        from public.tracks t
        join linernotes.external_ids e
            on e.entity_id in (t.id, t.recording_id, t.album_id) and e.entity_type in ('track', 'recording', 'album')
        where t.id = any (p_tracks) and e.scheme <> 'name'
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
