-- Store what sources claim about recordings, and conclude the credits from it.
--
-- p_people: as in resolve_producers, one element a person; claims name them by place (from 1).
-- p_lookups: [{"recording_id", "track_id", "source", "claims": count}]: what was asked. What the source said before
-- about this track and does not say now goes; an answer of 0 claims stays as "looked, and found none".
-- p_claims: [{"recording_id", "track_id", "person", "role", "source", "record", "family", "scope", "raw_role",
--             "credited_as", "name_key", "by_name", "url", "base", "match"}]
-- Claims about who was forgotten are not stored, only counted in lookups.forgotten.
-- Returns the producer of each person, in order; null of who was forgotten. What says nothing new changes nothing but
-- its last_seen_at, and that at most once a day; more often where a source lets it be shown for a while only.
create or replace function linernotes.store_claims(
    p_people jsonb, p_lookups jsonb, p_claims jsonb, p_source text, p_now timestamptz default clock_timestamp()
) returns table (ord bigint, producer_id uuid) language plpgsql set search_path = '' as $$
#variable_conflict use_column
declare
    v_producers uuid[];
    v_recordings uuid[];
    v_merged uuid[];
    v_forgotten bigint[];
    v_claims jsonb := p_claims;
    v_seldom interval;
begin
    perform linernotes.hold_people(false);
    v_forgotten := linernotes.claims_of_forgotten(p_people, p_claims);
    if v_forgotten is null then
        select array_agg(r.producer_id order by r.ord) into v_producers
        from linernotes.resolve_producers(p_people, p_source, p_now) r;
    else
        perform linernotes.meet_forgotten(p_people, p_source, p_now);
        select coalesce(jsonb_agg(c.body order by c.ord), '[]') into v_claims
        from jsonb_array_elements(p_claims) with ordinality c(body, ord) where c.ord <> all (v_forgotten);
        v_producers := linernotes.resolve_claimed(p_people, v_claims, p_source, p_now);
    end if;

    -- Who an answer shows to be one is one from here on (P2), on every recording of theirs.
    v_merged := linernotes.merge_on_shared_ids((
        select jsonb_agg(jsonb_build_object('producer_id', v_producers[e.ord], 'source', p_source, 'ids', e.body -> 'ids'))
        from jsonb_array_elements(p_people) with ordinality e(body, ord)
        where jsonb_array_length(e.body -> 'ids') > 1 and v_producers[e.ord] is not null), p_now);
    perform linernotes.hold_merges(false);

    select array_agg(distinct u) into v_recordings
    from (
        select (l ->> 'recording_id')::uuid as u from jsonb_array_elements(p_lookups) l
        union all
        select unnest(v_merged)
    ) r;

    -- Two workers with versions of one work in their hands conclude one after the other.
    perform linernotes.hold_works(v_recordings);

    -- What a source knows by name only may be spelt in several ways that are one name.
    perform linernotes.store_names((
        select jsonb_agg(jsonb_build_object(
            'producer_id', v_producers[c.person], 'name', c.credited_as, 'name_key', c.name_key,
            'search_key', p_people -> (c.person - 1) ->> 'search_key', 'kind', 'credited_as'))
        from jsonb_to_recordset(v_claims) as c(person integer, credited_as text, name_key text, by_name boolean)
        where c.by_name and c.credited_as <> p_people -> (c.person - 1) ->> 'name'), p_source, p_now);

    select coalesce(min(t.shown_for) / 12, interval '1 day') into v_seldom
    from linernotes.source_terms t
    where t.source in (select l ->> 'source' from jsonb_array_elements(p_lookups) l);

    with said as materialized (
        select distinct on (c.recording_id, v_producers[c.person], c.role, c.source, c.record)
            v_producers[c.person] as producer_id, c.*
        from jsonb_to_recordset(v_claims) as c(
            recording_id uuid, track_id uuid, person integer, role text, source text, record text, family text, scope text,
            raw_role text, credited_as text, name_key text, by_name boolean, url text, base numeric, match numeric)
        order by c.recording_id, v_producers[c.person], c.role, c.source, c.record, c.base * c.match desc
    ), gone as (
        delete from linernotes.claims k
        using jsonb_to_recordset(p_lookups) as l(recording_id uuid, source text, track_id uuid)
        where k.recording_id = l.recording_id and k.source = l.source and k.track_id = l.track_id
          and not exists (
              select from said s
              where s.recording_id = k.recording_id and s.producer_id = k.producer_id and s.role = k.role
                and s.source = k.source and s.record = k.record)
    ), stored as (
        insert into linernotes.claims as k
            (recording_id, producer_id, role, source, record, family, scope, raw_role, credited_as, name_key, by_name,
             track_id, url, base, match, first_seen_at, last_seen_at)
        select s.recording_id, s.producer_id, s.role, s.source, s.record, s.family, s.scope, s.raw_role, s.credited_as,
               s.name_key, s.by_name, s.track_id, s.url, s.base, s.match, p_now, p_now
        from said s
        on conflict (recording_id, producer_id, role, source, record) do update set
            family = excluded.family, scope = excluded.scope, raw_role = excluded.raw_role,
            credited_as = excluded.credited_as, name_key = excluded.name_key, by_name = excluded.by_name,
            track_id = excluded.track_id, url = excluded.url, base = excluded.base, match = excluded.match, last_seen_at = p_now
        where (k.family, k.scope, k.raw_role, k.credited_as, k.by_name, k.url, k.base, k.match) is distinct from (
                excluded.family, excluded.scope, excluded.raw_role, excluded.credited_as, excluded.by_name,
                excluded.url, excluded.base, excluded.match)
           or k.last_seen_at < p_now - v_seldom
    )
    insert into linernotes.lookups as k (recording_id, source, track_id, looked_at, claims, forgotten)
    select distinct on (l.recording_id, l.source, l.track_id)
        l.recording_id, l.source, l.track_id, p_now, l.claims, coalesce(f.claims, 0)
    from jsonb_to_recordset(p_lookups) as l(recording_id uuid, source text, track_id uuid, claims integer)
    left join (
        select c.recording_id, c.source, c.track_id, count(*)::integer as claims
        from unnest(v_forgotten) u(place)
        cross join lateral jsonb_to_record(p_claims -> (u.place - 1)::integer)
            as c(recording_id uuid, source text, track_id uuid)
        group by 1, 2, 3
    ) f on f.recording_id = l.recording_id and f.source = l.source and f.track_id = l.track_id
    order by l.recording_id, l.source, l.track_id
    on conflict (recording_id, source, track_id) do update
        set looked_at = p_now, claims = excluded.claims, forgotten = excluded.forgotten
    where k.claims <> excluded.claims or k.forgotten <> excluded.forgotten or k.looked_at < p_now - interval '1 day';

    -- A track may be new to a recording whose claims are old, so all of them are concluded, not the changed alone.
    perform linernotes.conclude_credits(v_recordings, p_now);

    return query select u.ord, u.id from unnest(v_producers) with ordinality u(id, ord);
end
$$;
