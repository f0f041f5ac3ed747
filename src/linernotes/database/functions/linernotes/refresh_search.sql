-- Bring up to date what the search looks at of those who are noted as due, the longest waiting first, and of those
-- whose rise was counted more than a week ago. p_limit: how many notes are looked at in one run. Returns how many
-- producers were counted anew. One runs at a time; who comes meanwhile finds nothing to do.
create or replace function linernotes.refresh_search(
    p_limit integer default 1000, p_now timestamptz default clock_timestamp()
) returns integer language plpgsql set search_path = '' as $$
declare
    v_due uuid[];
begin
    if not pg_try_advisory_xact_lock(hashtextextended('linernotes.refresh_search', 0)) then
        return 0;
    end if;
    with taken as (
        delete from linernotes.producers_due d
        where d.id in (select x.id from linernotes.producers_due x order by x.id limit p_limit)
        returning d.producer_id
    )
    select array_agg(distinct t.producer_id) into v_due from taken t;
    if v_due is null then
        select array_agg(x.producer_id) into v_due
        from (
            select s.producer_id from linernotes.producer_search s
            where s.rising > 0 and s.as_of < p_now - interval '7 days'
            limit p_limit
        ) x;
    end if;
    if v_due is null then
        return 0;
    end if;
    -- In a statement of its own: it sees what was committed until now, also what was noted a moment ago.
    perform linernotes.index_producers(v_due, p_now);
    return cardinality(v_due);
end
$$;
revoke all on function linernotes.refresh_search(integer, timestamptz) from public;
