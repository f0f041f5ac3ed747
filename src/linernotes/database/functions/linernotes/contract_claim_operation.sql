-- Begin an operation that must happen once (decision D5), by writing its row in queue_metrics.
-- Gives metric_id, whose details the caller completes; or, when the operation was done before, its details.
-- A session that brings the same operation at the same moment waits here for the first. No operation id: no check.
create or replace function linernotes.contract_claim_operation(
    p_queue text, p_operation_id text, p_key_name text, p_key text, out metric_id uuid, out done jsonb
) language plpgsql set search_path = '' as $$
begin
    loop
        insert into public.queue_metrics (queue_name, operation, success_count, details)
        values (p_queue, 'process', 1, jsonb_build_object('operation_id', p_operation_id, p_key_name, p_key))
        on conflict (queue_name, (details ->> 'operation_id'),
                     (coalesce(details ->> 'spotify_id', details ->> 'normalized_name')))
            where operation = 'process' and details ->> 'operation_id' is not null
            do nothing
        returning id into metric_id;
        exit when metric_id is not null;

        select m.details into done
        from public.queue_metrics m
        where m.queue_name = p_queue and m.operation = 'process' and m.details ->> 'operation_id' = p_operation_id
          and coalesce(m.details ->> 'spotify_id', m.details ->> 'normalized_name') = p_key;
        exit when done is not null;
        -- Removed by retention between the two statements: begin anew.
    end loop;
end
$$;
revoke all on function linernotes.contract_claim_operation(text, text, text, text) from public;
