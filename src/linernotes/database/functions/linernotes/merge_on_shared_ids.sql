-- Hold two of our producers for one where an answer names one person by ids that belong to both (rule P2); the older
-- stays. Never where some scheme has two values between them or one is a group (P3): that is noted as a problem, for
-- people to judge; and never against what people decided.
-- p_found: [{"producer_id", "source", "ids": [{"scheme", "value"}, ...]}], one element what one answer says of one.
-- Returns the recordings whose credits have to be concluded anew; null when nobody was merged.
create or replace function linernotes.merge_on_shared_ids(
    p_found jsonb, p_now timestamptz default clock_timestamp()
) returns uuid[] language plpgsql set search_path = '' as $$
declare
    v_pair record;
    v_one uuid;
    v_other uuid;
    v_why text;
    v_works uuid[];
    v_touched uuid[] := array[]::uuid[];
    v_alone boolean := false;
begin
    for v_pair in
        select distinct on (f.producer_id, e.entity_id, f.source)
               f.producer_id, f.source, f.ids, i.scheme, i.value, e.entity_id as other_id
        from jsonb_to_recordset(p_found) as f(producer_id uuid, source text, ids jsonb)
        cross join lateral jsonb_to_recordset(f.ids) as i(scheme text, value text)
        join linernotes.external_ids e on e.entity_type = 'producer' and e.scheme = i.scheme and e.value = i.value
        left join linernotes.producer_redirects d on d.merged_id = f.producer_id
        left join linernotes.producer_redirects o on o.merged_id = e.entity_id
        where i.scheme <> 'name' and coalesce(d.survivor_id, f.producer_id) <> coalesce(o.survivor_id, e.entity_id)
        order by f.producer_id, e.entity_id, f.source, i.scheme, i.value
    loop
        if not v_alone then
            perform linernotes.hold_merges(true);
            v_alone := true;
        end if;
        v_one := linernotes.survivor_of(v_pair.producer_id);
        v_other := linernotes.survivor_of(v_pair.other_id);
        continue when v_one = v_other or linernotes.were_kept_apart(v_one, v_other);
        v_why := array_to_string(linernotes.conflicting_schemes(v_one, v_other, v_pair.source, v_pair.ids), ', ');
        if v_why <> '' then
            v_why := 'they have different ids at ' || v_why;
        elsif (select count(distinct k.kind) > 1 from linernotes.producer_kinds k
               where k.producer_id in (select linernotes.identities_of(v_one)
                                       union select linernotes.identities_of(v_other))) then
            v_why := 'one is a group and the other a person';
        else
            select p.id into v_one from public.producers p
            where p.id in (v_one, v_other) order by p.created_at desc, p.id desc limit 1;
            if v_one = v_other then
                v_other := linernotes.survivor_of(v_pair.producer_id);
            end if;
            v_works := v_works || coalesce(
                linernotes.works_of(array(select linernotes.identities_of(v_one))), '{}');
            perform linernotes.redirect_producer(
                v_one, v_other, format('%s names one person with %s %s', v_pair.source, v_pair.scheme, v_pair.value),
                'linernotes', true, p_now);
            v_touched := v_touched || v_one || v_other;
            continue;
        end if;
        insert into linernotes.problems as k
            (source, record, kind, detail, entity_type, entity_id, first_seen_at, last_seen_at)
        values (v_pair.source, v_pair.scheme || ':' || v_pair.value, 'shared_id',
            format('%s %s is known of two producers, %s and %s; they were kept apart, because %s. If they are one: '
                   'linernotes people merge %s %s', v_pair.scheme, v_pair.value, v_pair.other_id, v_pair.producer_id,
                   v_why, v_pair.producer_id, v_pair.other_id),
            'producer', v_pair.producer_id, p_now, p_now)
        on conflict (source, record, kind, detail) do nothing;
    end loop;
    if cardinality(v_touched) > 0 then
        perform linernotes.list_survivors(v_touched);
    end if;
    return v_works;
end
$$;
