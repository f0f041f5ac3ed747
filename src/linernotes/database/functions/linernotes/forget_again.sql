-- A source names these producers by an id or a link of somebody who was forgotten. Who came after that is them under
-- another id, and is forgotten again. Who was here already may be somebody else, whose link is an error (rule P3): that is
-- noted as a problem, for people to judge.
-- p_met: [{"producer_id", "receipt_id"}]. Null is nobody.
create or replace function linernotes.forget_again(p_met jsonb, p_source text, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
    v_back uuid[];
begin
    with met as (
        select distinct p.id, p.created_at > f.at as back
        from jsonb_to_recordset(p_met) as m(producer_id uuid, receipt_id uuid)
        join public.producers p on p.id = m.producer_id
        join linernotes.forget_receipts f on f.id = m.receipt_id
    ), noted as (
        insert into linernotes.problems
            (source, record, kind, detail, entity_type, entity_id, first_seen_at, last_seen_at)
        select p_source, m.id::text, 'forgotten_id', format(
                   'producer %s is named by an id or a link of somebody who was forgotten. If they are one: '
                   'linernotes forget %s', m.id, m.id),
               'producer', m.id, p_now, p_now
        from met m
        group by m.id
        having not bool_or(m.back)
        on conflict (source, record, kind, detail) do update set last_seen_at = excluded.last_seen_at
    )
    select array_agg(distinct m.id) into v_back from met m where m.back;
    if v_back is not null then
        perform linernotes.forget_people(array[u], null, true, p_now) from unnest(v_back) u;
    end if;
end
$$;
revoke all on function linernotes.forget_again(jsonb, text, timestamptz) from public;
