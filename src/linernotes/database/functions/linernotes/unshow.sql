-- Remove what a source said and has not said again since p_before: claims, links, groups and other names; the credits are
-- concluded anew without them. Who is known from there alone goes too, unless people decided something about them.
-- What somebody else says too stays, by their word. p_limit: how many of each kind of row at most, the oldest first.
-- Returns the numbers removed.
create or replace function linernotes.unshow(
    p_source text, p_before timestamptz, p_limit integer, p_now timestamptz
) returns jsonb language plpgsql set search_path = '' as $$
declare
    v_claims bigint;
    v_links bigint;
    v_works uuid[];
    v_touched uuid[];
    v_more uuid[];
    v_alone uuid[];
begin
    perform linernotes.hold_people(false);
    with gone as (
        delete from linernotes.claims c
        where c.ctid = any (array(
            select o.ctid from linernotes.claims o
            where o.source = p_source and o.last_seen_at <= p_before
            order by o.last_seen_at limit p_limit for update skip locked))
        returning c.recording_id, c.producer_id
    )
    select count(*), array_agg(distinct g.recording_id), coalesce(array_agg(distinct g.producer_id), '{}')
    into v_claims, v_works, v_touched from gone g;
    with gone as (
        delete from linernotes.producer_links l
        where l.ctid = any (array(
            select o.ctid from linernotes.producer_links o
            where o.source = p_source and o.last_seen_at <= p_before
            order by o.last_seen_at limit p_limit for update skip locked))
        returning l.producer_id
    )
    select count(*), coalesce(array_agg(distinct g.producer_id), '{}') into v_links, v_more from gone g;
    v_touched := v_touched || v_more;
    with gone as (
        delete from linernotes.producer_names n
        where n.ctid = any (array(
            select o.ctid from linernotes.producer_names o
            where o.source = p_source and o.kind <> 'name' and o.first_seen_at <= p_before
              -- A name that somebody else writes too is theirs as well.
              and not exists (select from linernotes.claims c
                              where c.producer_id = o.producer_id and c.credited_as = o.name)
            order by o.first_seen_at limit p_limit for update skip locked))
        returning n.producer_id
    )
    select coalesce(array_agg(distinct g.producer_id), '{}') into v_more from gone g;
    v_touched := v_touched || v_more;

    -- Who belongs to a group was said when the group was last looked up.
    delete from linernotes.group_members g
    using public.producers p
    where g.source = p_source and p.id = g.group_id and coalesce(p.enriched_at, '-infinity') <= p_before;

    perform linernotes.reconclude(v_works, p_now);
    v_alone := linernotes.known_from_alone(p_source, v_touched);
    perform linernotes.forget_facts(v_alone);
    return jsonb_build_object('claims', v_claims, 'links', v_links, 'producers', cardinality(v_alone));
end
$$;
revoke all on function linernotes.unshow(text, timestamptz, integer, timestamptz) from public;
