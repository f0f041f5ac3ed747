-- Erase these producers: claims, credits, links, names, ids, groups, decisions about them, statistics and the rows
-- themselves. Returns how many rows went, table by table; what is only counted from them goes uncounted.
create or replace function linernotes.forget_facts(p_people uuid[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
    v_claims bigint;
    v_credits bigint;
    v_links bigint;
    v_names bigint;
    v_ids bigint;
    v_groups bigint;
    v_merges bigint;
    v_rejections bigint;
    v_producers bigint;
begin
    with gone as (
        delete from linernotes.claims c where c.producer_id = any (p_people)
        returning c.recording_id, c.source, c.track_id
    ), counted as (
        update linernotes.lookups l set forgotten = l.forgotten + g.claims
        from (select x.recording_id, x.source, x.track_id, count(*)::integer as claims from gone x group by 1, 2, 3) g
        where l.recording_id = g.recording_id and l.source = g.source and l.track_id = g.track_id
    )
    select count(*) into v_claims from gone;
    delete from public.track_producers x where x.producer_id = any (p_people);
    get diagnostics v_credits = row_count;
    delete from linernotes.producer_links l where l.producer_id = any (p_people);
    get diagnostics v_links = row_count;
    delete from linernotes.producer_names n where n.producer_id = any (p_people);
    get diagnostics v_names = row_count;
    delete from linernotes.external_ids e where e.entity_type = 'producer' and e.entity_id = any (p_people);
    get diagnostics v_ids = row_count;
    delete from linernotes.group_members g where g.group_id = any (p_people) or g.member_id = any (p_people);
    get diagnostics v_groups = row_count;
    delete from linernotes.producer_redirects d where d.merged_id = any (p_people) or d.survivor_id = any (p_people);
    delete from linernotes.producer_merges m where m.merged_id = any (p_people) or m.into_id = any (p_people);
    get diagnostics v_merges = row_count;
    delete from linernotes.rejections x where x.producer_id = any (p_people);
    get diagnostics v_rejections = row_count;
    delete from public.producers p where p.id = any (p_people);
    get diagnostics v_producers = row_count;
    delete from linernotes.producer_tracks t where t.producer_id = any (p_people);
    delete from linernotes.producer_artists a where a.producer_id = any (p_people);
    return jsonb_build_object(
        'producers', v_producers, 'claims', v_claims, 'credits', v_credits, 'links', v_links, 'names', v_names,
        'ids', v_ids, 'groups', v_groups, 'merges', v_merges, 'rejections', v_rejections);
end
$$;
revoke all on function linernotes.forget_facts(uuid[]) from public;
