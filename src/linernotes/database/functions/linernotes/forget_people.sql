-- Forget these people: everything that is kept about them goes, in this one transaction, and what they were known by goes
-- on the list of the forgotten (linernotes.forgotten), so that no source brings them back. Their credits go with them;
-- the recordings stay, and their other credits are concluded anew. Needs the key (linernotes.forget_pads).
--
-- Everybody who was merged with them is them. Of those who are known by the same name only, what is claimed on works of
-- the same artists goes too, and the row itself when nothing else is known of it.
-- p_answers: kept answers that name them, [{"source", "request"}]: bodies are compressed, so the caller looks into them.
-- p_again: a source brought them back and they were recognised. Returns the receipt, {"receipt", "at", "erased": {...}};
-- null when none of these ids is here.
create or replace function linernotes.forget_people(
    p_producers uuid[], p_answers jsonb, p_again boolean, p_now timestamptz default clock_timestamp()
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_people uuid[];
    v_receipt uuid;
    v_names text[];
    v_values text[];
    v_ids text[];
    v_artists text[];
    v_pattern text;
    v_works uuid[];
    v_namesakes uuid[];
    v_emptied uuid[];
    v_by_name bigint;
    v_erased jsonb;
begin
    perform linernotes.hold_people(true);
    perform linernotes.hold_merges(true);
    select array_agg(distinct p.id) into v_people
    from public.producers p
    where p.id in (select linernotes.identities_of(u) from unnest(p_producers) u);
    if v_people is null then
        return null;
    end if;

    insert into linernotes.forget_receipts (at, again, erased) values (p_now, p_again, '{}') returning id into v_receipt;
    perform linernotes.list_forgotten(v_people, v_receipt);
    select array_agg(k.value) filter (where k.kind = 'name'), array_agg(k.value) filter (where k.kind = 'value'),
           array_agg(distinct split_part(k.value, chr(31), 2)) filter (where k.kind = 'credit')
    into v_names, v_values, v_artists
    from linernotes.known_as(v_people) k;

    v_namesakes := linernotes.namesakes_without_id(v_people, v_names);
    v_works := linernotes.works_of(v_people || v_namesakes);
    select n.emptied, n.erased into v_emptied, v_by_name
    from linernotes.forget_claims_by_name(v_namesakes, v_artists) n;
    v_people := v_people || v_emptied;
    v_ids := array(select u::text from unnest(v_people) u) || coalesce(v_values, '{}');
    v_pattern := linernotes.pattern_of(array(select linernotes.spellings_of(v_people)) || v_ids);

    v_erased := linernotes.forget_facts(v_people);
    v_erased := v_erased || jsonb_build_object('claims', (v_erased ->> 'claims')::bigint + v_by_name);
    perform linernotes.reconclude(v_works, p_now);
    delete from linernotes.producers_due d where d.producer_id = any (v_people);

    with gone as (
        delete from linernotes.responses r
        using jsonb_to_recordset(p_answers) as a(source text, request text)
        where r.source = a.source and r.request = a.request
        returning 1
    )
    select v_erased || jsonb_build_object('kept_answers', count(*)) into v_erased from gone;
    v_erased := v_erased || linernotes.forget_messages(v_ids, v_names, v_pattern)
                         || linernotes.forget_records(v_ids, v_names, v_pattern);
    update linernotes.forget_receipts f set erased = v_erased where f.id = v_receipt;
    return jsonb_build_object('receipt', v_receipt, 'at', p_now, 'erased', v_erased);
end
$$;
revoke all on function linernotes.forget_people(uuid[], jsonb, boolean, timestamptz) from public;
