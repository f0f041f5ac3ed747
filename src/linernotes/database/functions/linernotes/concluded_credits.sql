-- Who made these recordings, concluded from everything that is claimed about them and about other versions of the same
-- work, a row for each track: rules S2, I5, C3 to C5, P4, P7. Reads only; linernotes.conclude_credits writes it down.
--
-- A claim speaks for who its producer is once merges are followed. What a person says by hand is added to what sources
-- say and overrules none of it: it silences neither claims about the whole album nor what other versions pass on.
-- A credit that was rejected by hand is left out, whoever claims it, and is not passed on.
create or replace function linernotes.concluded_credits(p_recordings uuid[]) returns table (
    track_id uuid, producer_id uuid, role text, confidence numeric, source text, credited_as text, scope text,
    verified boolean, inherited boolean, conflict boolean, sources text[]
) language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    return query
    with target as materialized (
        select r.id, r.artist_key, r.title_key, r.version_class
        from linernotes.recordings r where r.id = any (p_recordings)
    ), rejected as materialized (
        select distinct x.recording_id, coalesce(d.survivor_id, x.producer_id) as producer_id, x.role
        from linernotes.rejections x
        join linernotes.recordings v on v.id = x.recording_id
        join target t on t.artist_key = v.artist_key and t.title_key = v.title_key
        left join linernotes.producer_redirects d on d.merged_id = x.producer_id
        where x.restored_at is null
    ), own as materialized (
        select t.id as recording_id, coalesce(d.survivor_id, c.producer_id) as producer_id, c.role, r.class,
               r.counts_as_producer as counts, c.family, c.source, c.scope, c.base * c.match as strength, c.credited_as,
               c.name_key, c.by_name, c.record, c.producer_id as said_id
        from target t
        join linernotes.claims c on c.recording_id = t.id
        join linernotes.roles r on r.code = c.role
        left join linernotes.producer_redirects d on d.merged_id = c.producer_id
    ), heard as (
        -- What sources say and nobody rejected: it decides what else is listened to.
        select o.recording_id, o.class, o.scope from own o
        where o.family <> 'hand' and not exists (
            select from rejected x
            where x.recording_id = o.recording_id and x.producer_id = o.producer_id and x.role = o.role)
    ), version as materialized (
        -- Looked for first, because most works have one version only.
        select t.id as recording_id, t.version_class as to_version, v.id as said_of, v.version_class as from_version
        from target t
        join linernotes.recordings v
            on v.artist_key = t.artist_key and v.title_key = t.title_key and v.version_class <> t.version_class
    ), other as (
        select v.*, c.producer_id, c.role, r.class, r.counts_as_producer as counts, c.family, c.source, c.scope,
               c.base * c.match as strength, c.credited_as, c.name_key, c.by_name, c.record
        from version v
        join linernotes.claims c on c.recording_id = v.said_of and c.scope <> 'release'
        join linernotes.roles r on r.code = c.role
    ), specific as (
        select distinct h.recording_id, h.class from heard h where h.scope <> 'release'
    ), known as (
        -- A release-level claim holds where nothing more specific is said of that class (S2).
        select o.*, o.recording_id as said_of, false as inherited
        from own o left join specific s on s.recording_id = o.recording_id and s.class = o.class
        where o.scope <> 'release' or s.recording_id is null
        union all
        select o.recording_id, coalesce(d.survivor_id, o.producer_id), o.role, o.class, o.counts, o.family, o.source,
               o.scope, o.strength * linernotes.inherited_share(o.from_version, o.to_version, o.class),
               o.credited_as, o.name_key, o.by_name, o.record, o.producer_id, o.said_of, true
        from other o
        left join linernotes.producer_redirects d on d.merged_id = o.producer_id
        where linernotes.inherited_share(o.from_version, o.to_version, o.class) is not null
          and not exists (select from heard h where h.recording_id = o.recording_id and h.class = o.class)
    ), identified as (
        select k.recording_id, k.name_key,
               case when count(distinct k.producer_id) = 1 then (array_agg(k.producer_id))[1] end as producer_id
        from known k where not k.by_name
        group by 1, 2
    ), spelt as materialized (
        -- Where a name is left over, the names there that are one but for their spelling.
        select n.recording_id, n.search_key, unnest(array_agg(n.name_key)) as name_key
        from (
            select d.recording_id, d.name_key, coalesce(min(n.search_key), linernotes.search_key(d.name_key)) as search_key
            from known d
            left join linernotes.producer_names n on n.producer_id = d.said_id and n.name_key = d.name_key
            where d.recording_id in (
                select k.recording_id from known k
                left join identified i on i.recording_id = k.recording_id and i.name_key = k.name_key
                where k.by_name and i.producer_id is null)
            group by 1, 2
        ) n
        group by 1, 2
        having count(*) > 1
    ), written_twice as (
        select s.recording_id, s.search_key
        from spelt s
        join known k on k.recording_id = s.recording_id and k.name_key = s.name_key and k.by_name
        group by s.recording_id, s.search_key, k.said_of, k.source, k.record, k.role
        having count(distinct k.producer_id) > 1
    ), alike as (
        -- Spelt differently, one person: whom a source identifies, else the fullest spelling of the name. Not where two
        -- are identified, nor where one record of a source writes both in one role: there they are two (P7).
        select s.recording_id, s.search_key,
               (array_agg(k.producer_id order by k.by_name, octet_length(k.name_key) desc, k.name_key collate "C" desc))[1]
                   as producer_id
        from spelt s
        join known k on k.recording_id = s.recording_id and k.name_key = s.name_key
        where (s.recording_id, s.search_key) not in (select w.recording_id, w.search_key from written_twice w)
        group by 1, 2
        having count(distinct k.producer_id) > 1
           and count(distinct k.producer_id) filter (where not k.by_name) < 2
    ), respelt as materialized (
        select s.recording_id, s.name_key, a.producer_id
        from spelt s join alike a on a.recording_id = s.recording_id and a.search_key = s.search_key
    ), meant as (
        -- Who is known by name only is the one of that name whom another source identifies on the same recording.
        select k.*, coalesce(i.producer_id, a.producer_id, k.producer_id) as meant_id
        from known k
        left join identified i on k.by_name and i.recording_id = k.recording_id and i.name_key = k.name_key
        left join respelt a on k.by_name and i.producer_id is null
            and a.recording_id = k.recording_id and a.name_key = k.name_key
            and a.producer_id <> k.producer_id and not linernotes.were_kept_apart(a.producer_id, k.producer_id)
    ), person as (
        select m.meant_id as producer_id, m.recording_id, m.role, m.counts, m.family, m.source, m.scope, m.strength,
               m.credited_as, m.inherited
        from meant m
        where not exists (
            select from rejected x
            where x.recording_id in (m.recording_id, m.said_of) and x.role = m.role
              and x.producer_id in (m.meant_id, m.producer_id))
    ), best as (
        -- Claims of one family do not add: the best of each stands for it (C3).
        select distinct on (p.recording_id, p.producer_id, p.role, p.family) p.*
        from person p
        order by p.recording_id, p.producer_id, p.role, p.family, p.strength desc, p.source, p.credited_as
    ), ranked as (
        select b.*, w.alone_at_most, row_number() over (
            partition by b.recording_id, b.producer_id, b.role
            order by b.family = 'hand' desc, b.strength desc, b.family) as place
        from best b
        left join linernotes.weak_families w on w.family = split_part(b.family, ':', 1)
    ), concluded as (
        select r.recording_id, r.producer_id, r.role, bool_or(r.counts) as counts,
               least(case count(*) when 1 then round(least(0.99, max(r.strength)), 4)
                                   else linernotes.combined_confidence(array_agg(r.strength)) end,
                     case when count(*) = count(r.alone_at_most) then max(r.alone_at_most) end) as confidence,
               (array_agg(r.source order by r.place))[1] as source,
               (array_agg(r.credited_as order by r.place))[1] as credited_as,
               (array_agg(r.scope order by r.place))[1] as scope,
               count(*) filter (where r.strength >= 0.6) >= 2 as verified,
               bool_and(r.inherited) as inherited, bool_or(r.family = 'hand') as by_hand
        from ranked r group by 1, 2, 3
    ), named as (
        select p.recording_id, p.producer_id, p.role, array_agg(distinct p.source order by p.source) as sources
        from person p group by 1, 2, 3
    ), disputed as materialized (
        -- Two families name producers, and not the same ones (C5). What a person said is settled.
        select f.recording_id
        from (
            select p.recording_id, p.family, array_agg(distinct p.producer_id order by p.producer_id) as producers
            from person p where p.counts and p.family <> 'hand' group by 1, 2
        ) f
        group by 1
        having count(*) > 1 and count(distinct f.producers) > 1
    )
    select t.id, c.producer_id, c.role, c.confidence, c.source, c.credited_as, c.scope, c.verified, c.inherited,
           c.counts and not c.by_hand and d.recording_id is not null, n.sources
    from concluded c
    join named n on n.recording_id = c.recording_id and n.producer_id = c.producer_id and n.role = c.role
    join public.tracks t on t.recording_id = c.recording_id
    left join disputed d on d.recording_id = c.recording_id;
end
$$;
