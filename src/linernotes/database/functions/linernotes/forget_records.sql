-- Erase what the records of running tell of these people: problems, metrics, events, issues, states, locks and
-- discoveries that were asked for. A record that is about somebody goes; a remark in another loses the name.
-- p_ids, p_names: as in message_names. p_pattern: as in forget_messages. Returns how many went, table by table.
create or replace function linernotes.forget_records(p_ids text[], p_names text[], p_pattern text) returns jsonb
language plpgsql set search_path = '' as $$
declare
    v_problems bigint;
    v_metrics bigint;
    v_events bigint;
    v_issues bigint;
    v_states bigint;
    v_locks bigint;
    v_discoveries bigint;
begin
    delete from linernotes.problems k
    where k.entity_id::text = any (p_ids) or k.detail ~* p_pattern or k.record ~* p_pattern;
    get diagnostics v_problems = row_count;
    delete from public.queue_metrics m where m.details::text ~* p_pattern;
    get diagnostics v_metrics = row_count;
    delete from public.monitoring_events m where m.details::text ~* p_pattern;
    get diagnostics v_events = row_count;
    delete from public.worker_issues w where w.message ~* p_pattern or w.details::text ~* p_pattern;
    get diagnostics v_issues = row_count;
    delete from public.processing_status s
    where s.entity_type in ('producer', 'artist') and (
        s.entity_id = any (p_ids)
        or (s.entity_id ~* p_pattern
            and not exists (select from linernotes.artist_names a where a.search_key = any (p_names))));
    get diagnostics v_states = row_count;
    delete from public.processing_locks l where l.entity_type = 'producer' and l.entity_id = any (p_ids);
    get diagnostics v_locks = row_count;

    update public.processing_status s
    set last_error = linernotes.without_names(s.last_error, p_pattern),
        metadata = case when s.metadata::text ~* p_pattern then '{}' else s.metadata end
    where s.last_error ~* p_pattern or s.metadata::text ~* p_pattern;
    update linernotes.job_runs r
    set error = linernotes.without_names(r.error, p_pattern), answer = case when r.answer::text ~* p_pattern then null else r.answer end
    where r.error ~* p_pattern or r.answer::text ~* p_pattern;
    update linernotes.budgets b set paused_why = linernotes.without_names(b.paused_why, p_pattern)
    where b.paused_why ~* p_pattern;
    update linernotes.producer_merges m
    set why = linernotes.without_names(m.why, p_pattern), undone_why = linernotes.without_names(m.undone_why, p_pattern)
    where m.why ~* p_pattern or m.undone_why ~* p_pattern;
    update linernotes.rejections x set why = linernotes.without_names(x.why, p_pattern) where x.why ~* p_pattern;
    update linernotes.claims c set note = linernotes.without_names(c.note, p_pattern)
    where c.source = 'hand' and c.note ~* p_pattern;

    -- Who asked for several goes on following the others.
    with asked as (
        select d.id, u.place,
               coalesce(linernotes.search_key(u.name) = any (p_names) or lower(u.value) = any (p_ids), false) as meant,
               u.name, u.key, u.search_key, u.scheme, u.value
        from linernotes.discoveries d
        cross join lateral unnest(d.names, d.keys, d.search_keys, d.schemes, d.id_values)
            with ordinality u(name, key, search_key, scheme, value, place)
        where not exists (select from linernotes.artist_names a where a.search_key = any (p_names))
    )
    update linernotes.discoveries d set
        names = x.names, keys = x.keys, search_keys = x.search_keys, schemes = x.schemes, id_values = x.id_values
    from (
        select a.id, array_agg(case when a.meant then '(forgotten)' else a.name end order by a.place) as names,
               array_agg(case when a.meant then '(forgotten)' else a.key end order by a.place) as keys,
               array_agg(case when a.meant then '' else a.search_key end order by a.place) as search_keys,
               array_agg(case when a.meant then '' else a.scheme end order by a.place) as schemes,
               array_agg(case when a.meant then '' else a.value end order by a.place) as id_values
        from asked a
        group by a.id
        having bool_or(a.meant)
    ) x
    where d.id = x.id;
    get diagnostics v_discoveries = row_count;

    return jsonb_build_object(
        'problems', v_problems, 'queue_metrics', v_metrics, 'monitoring_events', v_events, 'worker_issues', v_issues,
        'processing_status', v_states, 'processing_locks', v_locks, 'discoveries', v_discoveries);
end
$$;
revoke all on function linernotes.forget_records(text[], text[], text) from public;
