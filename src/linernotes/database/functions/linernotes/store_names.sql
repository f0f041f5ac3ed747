-- Keep the names that people go by, each with the keys it is found by; a name that is kept already stays as it is.
-- p_names: [{"producer_id", "name", "name_key", "search_key", "kind": name, alias or credited_as}]; null is none.
create or replace function linernotes.store_names(p_names jsonb, p_source text, p_now timestamptz) returns void
language sql set search_path = '' as $$
    insert into linernotes.producer_names (producer_id, name, name_key, search_key, kind, source, first_seen_at)
    select distinct on (n.producer_id, n.name)
        n.producer_id, n.name, n.name_key, n.search_key, n.kind, p_source, p_now
    from jsonb_to_recordset(p_names) as n(producer_id uuid, name text, name_key text, search_key text, kind text)
    order by n.producer_id, n.name, n.kind desc
    on conflict (producer_id, name) do nothing;
$$;
