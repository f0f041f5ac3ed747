-- Write down who made these recordings, and other versions of the same works, as linernotes.concluded_credits has it
-- now: rules S2, I5, C3 to C5. The one place where credits are made: running it again on the same claims gives the
-- same rows, and writes none.
create or replace function linernotes.conclude_credits(
    p_recordings uuid[], p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
declare
    v_targets uuid[];
begin
    perform linernotes.hold_merges(false);
    select array_agg(distinct v.id) into v_targets
    from linernotes.recordings r
    join linernotes.recordings v on v.artist_key = r.artist_key and v.title_key = r.title_key
    where r.id = any (p_recordings)
      and (v.id = any (p_recordings) or v.version_class <> r.version_class);

    with credit as materialized (
        select c.* from linernotes.concluded_credits(v_targets) c
    ), gone as (
        delete from public.track_producers x
        using public.tracks t
        where t.recording_id = any (v_targets) and x.track_id = t.id and not exists (
            select from credit c
            where c.track_id = x.track_id and c.producer_id = x.producer_id and c.role = x.role)
    )
    insert into public.track_producers as x
        (track_id, producer_id, role, confidence, source, credited_as, scope, verified, inherited, conflict, sources,
         created_at, updated_at)
    select c.track_id, c.producer_id, c.role, c.confidence, c.source, c.credited_as, c.scope, c.verified, c.inherited,
           c.conflict, c.sources, p_now, p_now
    from credit c
    order by c.track_id, c.producer_id, c.role
    on conflict (track_id, producer_id, role) do update set
        confidence = excluded.confidence, source = excluded.source, credited_as = excluded.credited_as,
        scope = excluded.scope, verified = excluded.verified, inherited = excluded.inherited,
        conflict = excluded.conflict, sources = excluded.sources, updated_at = p_now
    where (x.confidence, x.source, x.credited_as, x.scope, x.verified, x.inherited, x.conflict, x.sources)
        is distinct from (excluded.confidence, excluded.source, excluded.credited_as, excluded.scope,
                          excluded.verified, excluded.inherited, excluded.conflict, excluded.sources);
end
$$;
