-- Note that work on these messages begins: their entities are IN_PROGRESS. A step of claim_batch; p_taken is what
-- take_visible returns. Returns the messages as rows, in the order they were sent.
-- A message whose last worker neither finished it nor put it off is a suspect: it may be what that worker died of.
create or replace function linernotes.begin_work(p_queue text, p_taken jsonb, p_now timestamptz) returns table (
    msg_id bigint, read_ct integer, message jsonb, attempts integer, first_at timestamptz, suspect boolean, probes integer
) language plpgsql set search_path = '' as $$
#variable_conflict use_column
begin
    return query
    with work as (
        select t.msg_id, t.read_ct, t.message, t.attempts, t.first_at,
               t.attempts > 1 and t.last_worker is not null as suspect, t.probes
        from jsonb_to_recordset(p_taken) as t(
            msg_id bigint, read_ct integer, message jsonb, attempts integer, first_at timestamptz,
            last_worker text, probes integer)
    ), begun as (
        insert into public.processing_status as s
            (entity_type, entity_id, state, attempts, last_processed_at, updated_at)
        select distinct on (e.entity_type, e.entity_id)
            e.entity_type, e.entity_id, 'IN_PROGRESS', w.attempts, p_now, p_now
        from work w cross join lateral linernotes.entity_of(p_queue, w.message) e
        order by e.entity_type, e.entity_id, w.attempts desc
        on conflict (entity_type, entity_id) do update
            set state = 'IN_PROGRESS', attempts = excluded.attempts,
                last_processed_at = p_now, updated_at = p_now, dead_lettered = false
    )
    select w.msg_id, w.read_ct, w.message, w.attempts, w.first_at, w.suspect, w.probes
    from work w order by w.msg_id;
end
$$;
revoke all on function linernotes.begin_work(text, jsonb, timestamptz) from public;
