-- Conclude who made these recordings from everything that is claimed about them and about other versions of the same
-- work, and write it on their tracks: rules S2, I5, C3 to C5. The one place where credits are made: running it again
-- on the same claims gives the same rows.
create or replace function linernotes.conclude_credits(
    p_recordings uuid[], p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
    with target as materialized (
        select distinct v.id, v.artist_key, v.title_key, v.version_class
        from linernotes.recordings r
        join linernotes.recordings v on v.artist_key = r.artist_key and v.title_key = r.title_key
        where r.id = any (p_recordings)
          and (v.id = any (p_recordings) or v.version_class <> r.version_class)
    ), own as materialized (
        select t.id as recording_id, c.producer_id, c.role, r.class, r.counts_as_producer as counts, c.family, c.source,
               c.scope, c.base * c.match as strength, c.credited_as, c.name_key, c.by_name
        from target t
        join linernotes.claims c on c.recording_id = t.id
        join linernotes.roles r on r.code = c.role
    ), specific as (
        select distinct o.recording_id, o.class from own o where o.scope <> 'release'
    ), known as (
        -- A release-level claim holds where nothing more specific is said of that class (S2).
        select o.*, false as inherited
        from own o left join specific s on s.recording_id = o.recording_id and s.class = o.class
        where o.scope <> 'release' or s.recording_id is null
        union all
        select t.id, c.producer_id, c.role, r.class, r.counts_as_producer, c.family, c.source, c.scope,
               c.base * c.match * linernotes.inherited_share(v.version_class, t.version_class, r.class),
               c.credited_as, c.name_key, c.by_name, true
        from target t
        join linernotes.recordings v
            on v.artist_key = t.artist_key and v.title_key = t.title_key and v.version_class <> t.version_class
        join linernotes.claims c on c.recording_id = v.id and c.scope <> 'release'
        join linernotes.roles r on r.code = c.role
        where linernotes.inherited_share(v.version_class, t.version_class, r.class) is not null
          and not exists (select from own o where o.recording_id = t.id and o.class = r.class)
    ), identified as (
        select k.recording_id, k.name_key,
               case when count(distinct k.producer_id) = 1 then (array_agg(k.producer_id))[1] end as producer_id
        from known k where not k.by_name
        group by 1, 2
    ), person as (
        -- Who is known by name only is the one of that name whom another source identifies on the same recording.
        select coalesce(i.producer_id, k.producer_id) as producer_id, k.recording_id, k.role, k.counts, k.family,
               k.source, k.scope, k.strength, k.credited_as, k.inherited
        from known k
        left join identified i on k.by_name and i.recording_id = k.recording_id and i.name_key = k.name_key
    ), best as (
        -- Claims of one family do not add: the best of each stands for it (C3).
        select distinct on (p.recording_id, p.producer_id, p.role, p.family) p.*
        from person p
        order by p.recording_id, p.producer_id, p.role, p.family, p.strength desc, p.source, p.credited_as
    ), ranked as (
        select b.*, row_number() over (
            partition by b.recording_id, b.producer_id, b.role order by b.strength desc, b.family) as place
        from best b
    ), concluded as (
        select r.recording_id, r.producer_id, r.role, bool_or(r.counts) as counts,
               case count(*) when 1 then round(least(0.99, max(r.strength)), 4)
                             else linernotes.combined_confidence(array_agg(r.strength)) end as confidence,
               (array_agg(r.source order by r.place))[1] as source,
               (array_agg(r.credited_as order by r.place))[1] as credited_as,
               (array_agg(r.scope order by r.place))[1] as scope,
               count(*) filter (where r.strength >= 0.6) >= 2 as verified,
               bool_and(r.inherited) as inherited
        from ranked r group by 1, 2, 3
    ), named as (
        select p.recording_id, p.producer_id, p.role, array_agg(distinct p.source order by p.source) as sources
        from person p group by 1, 2, 3
    ), disputed as materialized (
        -- Two families name producers, and not the same ones (C5).
        select f.recording_id
        from (
            select p.recording_id, p.family, array_agg(distinct p.producer_id order by p.producer_id) as producers
            from person p where p.counts group by 1, 2
        ) f
        group by 1
        having count(*) > 1 and count(distinct f.producers) > 1
    ), credit as materialized (
        select t.id as track_id, c.producer_id, c.role, c.confidence, c.source, c.credited_as, c.scope, c.verified,
               c.inherited, c.counts and d.recording_id is not null as conflict, n.sources
        from concluded c
        join named n on n.recording_id = c.recording_id and n.producer_id = c.producer_id and n.role = c.role
        join public.tracks t on t.recording_id = c.recording_id
        left join disputed d on d.recording_id = c.recording_id
    ), gone as (
        delete from public.track_producers x
        using public.tracks t, target g
        where t.recording_id = g.id and x.track_id = t.id and not exists (
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
