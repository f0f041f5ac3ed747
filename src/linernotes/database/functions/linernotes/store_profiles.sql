-- Store where people can be found and by which further ids, names and groups they are known.
-- p_profiles: [{"producer_id", "source", "kind", "image_url", "ids": [...], "links": [{"kind", "value", "url",
--   "source_url", "source_record_id"}], "aliases": [{"name", "name_key", "search_key"}], "members": [{"scheme", "value",
--   "begin", "end"}], "biography": their own words at an account that nobody else claims}]
-- What a source said of a group's members before, and does not say now, goes.
-- A further id that belongs to somebody else is not taken away from them: both are held for one person from then on,
-- or, where other ids of theirs differ, it is noted as a problem (rules P2, P3). Nothing is stored of who was forgotten,
-- nor of who is not here any more.
create or replace function linernotes.store_profiles(
    p_profiles jsonb, p_now timestamptz default clock_timestamp()
) returns void language plpgsql set search_path = '' as $$
declare
    v_profiles jsonb;
    v_merged uuid[];
begin
    perform linernotes.hold_people(false);
    v_profiles := linernotes.profiles_to_keep(p_profiles, p_now);
    if v_profiles = '[]' then
        return;
    end if;

    insert into linernotes.producer_links as l (producer_id, kind, value, url, source, source_url, source_record_id,
                                                first_seen_at, last_seen_at)
    select distinct on (p.producer_id, k.kind, k.value, p.source)
        p.producer_id, k.kind, k.value, k.url, p.source, k.source_url, k.source_record_id, p_now, p_now
    from jsonb_to_recordset(v_profiles) as p(producer_id uuid, source text, links jsonb)
    cross join lateral jsonb_to_recordset(p.links)
        as k(kind text, value text, url text, source_url text, source_record_id text)
    order by p.producer_id, k.kind, k.value, p.source
    on conflict (producer_id, kind, value, source) do update
        set url = excluded.url, source_url = excluded.source_url, source_record_id = excluded.source_record_id,
            last_seen_at = p_now
        where l.url <> excluded.url or l.last_seen_at < p_now - coalesce(
            (select t.shown_for / 12 from linernotes.source_terms t where t.source = l.source), interval '1 day');

    -- Of most schemes one person has one id: what would give them a second one is another person's until people say
    -- otherwise (P3). A source's own ids are one where it says so itself.
    with said as materialized (
        select distinct on (i.scheme, i.value, q.producer_id) q.producer_id, q.source, i.scheme, i.value,
               row_number() over (partition by q.producer_id, i.scheme order by q.ord, i.nth) as place,
               i.scheme = split_part(q.source, ':', 1)
                   or exists (select from linernotes.schemes_of_several_ids s where s.scheme = i.scheme) as several
        from rows from (jsonb_to_recordset(v_profiles) as (producer_id uuid, source text, ids jsonb))
            with ordinality q(producer_id, source, ids, ord)
        cross join lateral rows from (jsonb_to_recordset(q.ids) as (scheme text, value text))
            with ordinality i(scheme, value, nth)
        where i.scheme <> 'name'
        order by i.scheme, i.value, q.producer_id, q.ord, i.nth
    ), unseen as (
        select s.*, not s.several and (s.place > 1 or exists (
                   select from linernotes.external_ids e
                   where e.entity_type = 'producer' and e.entity_id = s.producer_id and e.scheme = s.scheme)) as second
        from said s
        where not exists (select from linernotes.external_ids e
                          where e.entity_type = 'producer' and e.scheme = s.scheme and e.value = s.value)
    ), noted as (
        insert into linernotes.problems
            (source, record, kind, detail, entity_type, entity_id, first_seen_at, last_seen_at)
        select u.source, u.scheme || ':' || u.value, 'second_id',
               format('%s %s is said to be an id of producer %s, who has another one there; it was not taken',
                      u.scheme, u.value, u.producer_id),
               'producer', u.producer_id, p_now, p_now
        from unseen u where u.second
        on conflict (source, record, kind, detail) do nothing
    )
    insert into linernotes.external_ids (entity_type, scheme, value, entity_id, first_seen_at)
    select distinct on (u.scheme, u.value) 'producer', u.scheme, u.value, u.producer_id, p_now
    from unseen u where not u.second
    order by u.scheme, u.value, u.producer_id
    on conflict (entity_type, scheme, value) do nothing;

    -- A further id that belongs to somebody else makes both one person, or is noted as a problem (P2, P3).
    v_merged := linernotes.merge_on_shared_ids(v_profiles, p_now);
    if v_merged is not null then
        perform linernotes.reconclude(v_merged, p_now);
    end if;

    perform linernotes.store_names(jsonb_agg(jsonb_build_object(
        'producer_id', p.producer_id, 'name', a.name, 'name_key', a.name_key, 'search_key', a.search_key,
        'kind', 'alias')), p.source, p_now)
    from jsonb_to_recordset(v_profiles) as p(producer_id uuid, source text, aliases jsonb)
    cross join lateral jsonb_to_recordset(p.aliases) as a(name text, name_key text, search_key text)
    group by p.source;

    insert into linernotes.producer_kinds (producer_id, kind)
    select distinct on (p.producer_id) p.producer_id, p.kind
    from jsonb_to_recordset(v_profiles) as p(producer_id uuid, kind text)
    where p.kind in ('person', 'group')
    order by p.producer_id
    on conflict (producer_id) do nothing;

    with said as materialized (
        select distinct on (p.producer_id, e.entity_id, p.source, m.begin)
               p.producer_id as group_id, e.entity_id as member_id, p.source, m.begin as begin_date,
               case when m.end >= coalesce(m.begin, m.end) then m.end end as end_date
        from jsonb_to_recordset(v_profiles) as p(producer_id uuid, source text, members jsonb)
        cross join lateral jsonb_to_recordset(p.members) as m(scheme text, value text, begin date, "end" date)
        join linernotes.external_ids e on e.entity_type = 'producer' and e.scheme = m.scheme and e.value = m.value
        where e.entity_id <> p.producer_id
        order by p.producer_id, e.entity_id, p.source, m.begin, m.end desc nulls first
    ), gone as (
        delete from linernotes.group_members g
        using jsonb_to_recordset(v_profiles) as p(producer_id uuid, source text, members jsonb)
        where g.group_id = p.producer_id and g.source = p.source and not exists (
            select from said s
            where s.group_id = g.group_id and s.member_id = g.member_id and s.source = g.source
              and s.begin_date is not distinct from g.begin_date)
    )
    insert into linernotes.group_members as g (group_id, member_id, begin_date, end_date, source)
    select s.group_id, s.member_id, s.begin_date, s.end_date, s.source from said s
    order by s.group_id, s.member_id, s.source, s.begin_date
    on conflict (group_id, member_id, source, begin_date) do update set end_date = excluded.end_date
    where g.end_date is distinct from excluded.end_date;

    perform linernotes.store_producers((
        select jsonb_agg(jsonb_build_object('id', s.producer_id, 'image_url', s.image_url,
            'instagram_handle', s.instagram_handle, 'instagram_bio', s.biography, 'enriched', true)
            order by s.producer_id)
        from (
            select p.producer_id, min(p.image_url) as image_url,
                   min(k.value) filter (where k.kind = 'instagram') as instagram_handle,
                   min(p.biography) filter (where k.kind = 'instagram'
                       and not linernotes.claimed_by_several(k.kind, k.value)) as biography
            from jsonb_to_recordset(v_profiles) as p(producer_id uuid, image_url text, biography text, links jsonb)
            left join lateral jsonb_to_recordset(p.links) as k(kind text, value text) on true
            group by p.producer_id
        ) s), p_now);
end
$$;
