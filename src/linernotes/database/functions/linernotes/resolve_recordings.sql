-- Which recording each track carries: rules I2 and I3.
--
-- One of its ids (MBID) or its ISRC names it, unless an ISRC brings two durations more than 10 s apart: then the
-- track gets a recording of its own and a problem is noted. Without an id of its own, title key, first artist and
-- version class (of a remix: the remixer too) together name it where durations lie within 2 s of each other or one is
-- not known.
-- p_tracks: [{"recording_ids": [...], "isrc", "title", "title_key", "artist_key", "version_class", "remixer_key",
--             "duration_ms", "source", "record"}]. Returns the recording of each, in order; new ones are stored.
create or replace function linernotes.resolve_recordings(
    p_tracks jsonb, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, recording_id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_rows jsonb;
begin
    -- Two workers that bring the same work at once wait here for each other, by artist; a bounded number of locks,
    -- because the server's room for them is.
    perform pg_advisory_xact_lock(1819110003, l.slot)
    from (
        select distinct abs(hashtext(t ->> 'artist_key') % 256) as slot from jsonb_array_elements(p_tracks) t order by 1
    ) l;

    with track as (
        select e.ord, t.*
        from jsonb_array_elements(p_tracks) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body) as t(
            recording_ids jsonb, isrc text, title text, title_key text, artist_key text, version_class text,
            remixer_key text, duration_ms integer, source text, record text)
    ), of_isrc as (
        select t.ord, e.entity_id, abs(t.duration_ms - r.duration_ms) > 10000 as differs
        from track t
        join linernotes.external_ids e
            on e.entity_type = 'recording' and e.scheme = 'isrc' and e.value = t.isrc
        join linernotes.recordings r on r.id = e.entity_id
    ), conflict as (
        insert into linernotes.problems as p (source, record, kind, detail, entity_type, entity_id, first_seen_at, last_seen_at)
        select distinct on (t.source, t.record, t.isrc) t.source, t.record, 'isrc_conflict',
            format('ISRC %s names recordings whose lengths differ by more than 10 s', t.isrc),
            'recording', o.entity_id, p_now, p_now
        from track t join of_isrc o on o.ord = t.ord
        where o.differs
        on conflict (source, record, kind, detail) do nothing
    ), named as (
        -- A recording of the same work and version that no id of ours contradicts.
        select distinct on (t.ord) t.ord, jsonb_build_array(
            (select jsonb_build_object('scheme', e.scheme, 'value', e.value) from linernotes.external_ids e
             where e.entity_id = r.id and e.entity_type = 'recording' order by e.scheme, e.value limit 1)) as ids
        from track t
        join linernotes.recordings r
            on r.artist_key = t.artist_key and r.title_key = t.title_key and r.version_class = t.version_class
            and r.remixer_key = t.remixer_key
        where not exists (select from of_isrc o where o.ord = t.ord)
          and coalesce(abs(t.duration_ms - r.duration_ms) <= 2000, true)
          and (t.isrc is null or r.isrc is null
               or (t.isrc <> r.isrc and t.duration_ms is not null and r.duration_ms is not null))
          and not exists (
              select from jsonb_array_elements(t.recording_ids) i
              join linernotes.external_ids e
                  on e.entity_id = r.id and e.entity_type = 'recording' and e.scheme = i ->> 'scheme')
        order by t.ord, abs(t.duration_ms - r.duration_ms) nulls last, r.created_at, r.id
    ), clustered as (
        -- Those of the batch that meet each other: a gap of more than 2 s begins another performance.
        select c.ord, sum(c.begins) over (
            partition by c.artist_key, c.title_key, c.version_class, c.remixer_key order by c.duration_ms nulls first, c.ord) as nth
        from (
            select t.*, case when t.duration_ms - lag(t.duration_ms) over (
                partition by t.artist_key, t.title_key, t.version_class, t.remixer_key order by t.duration_ms nulls first, t.ord
            ) > 2000 then 1 else 0 end as begins
            from track t
        ) c
    ), shortest as (
        select c.ord, min(t.duration_ms) over (
            partition by t.artist_key, t.title_key, t.version_class, t.remixer_key, c.nth) as duration_ms
        from clustered c join track t on t.ord = c.ord
    )
    select jsonb_agg(jsonb_build_object('ids', case
            when coalesce(i.differs, false) then t.recording_ids
            else t.recording_ids || coalesce(i.ids, '[]') || coalesce(n.ids, '[]') end
            || case when jsonb_array_length(t.recording_ids) = 0 and n.ids is null
                         and (i.ids is null or coalesce(i.differs, false))
               then jsonb_build_array(jsonb_build_object('scheme', 'name', 'value', concat_ws(chr(31),
                   t.artist_key, t.title_key, t.version_class, t.remixer_key, s.duration_ms,
                   case when i.differs then t.source || ' ' || t.record end)))
               else '[]' end
        ) order by t.ord)
    into v_rows
    from track t
    join shortest s on s.ord = t.ord
    left join named n on n.ord = t.ord
    left join lateral (
        select jsonb_build_array(jsonb_build_object('scheme', 'isrc', 'value', t.isrc)) as ids,
               (select o.differs from of_isrc o where o.ord = t.ord) as differs
        where t.isrc is not null
    ) i on true;

    return query
    with resolved as materialized (
        select r.ord, r.entity_id, r.is_new from linernotes.resolve_ids('recording', v_rows, p_now) r
    ), stored as (
        insert into linernotes.recordings as r
            (id, title, title_key, artist_key, version_class, remixer_key, duration_ms, isrc, created_at, updated_at)
        select distinct on (s.entity_id)
            s.entity_id, t.title, t.title_key, t.artist_key, t.version_class, t.remixer_key, t.duration_ms, t.isrc, p_now, p_now
        from jsonb_array_elements(p_tracks) with ordinality e(body, ord)
        cross join lateral jsonb_to_record(e.body) as t(
            isrc text, title text, title_key text, artist_key text, version_class text, remixer_key text,
            duration_ms integer)
        join resolved s on s.ord = e.ord
        order by s.entity_id, t.duration_ms nulls last, e.ord
        on conflict (id) do update set
            duration_ms = coalesce(r.duration_ms, excluded.duration_ms),
            isrc = coalesce(r.isrc, excluded.isrc), updated_at = p_now
        where (r.duration_ms is null and excluded.duration_ms is not null)
           or (r.isrc is null and excluded.isrc is not null)
    )
    select r.ord, r.entity_id from resolved r order by r.ord;
end
$$;
