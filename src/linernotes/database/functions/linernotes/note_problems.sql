-- Keep what a source said that could not be used, for people to read.
-- p_problems: [{"source", "record", "kind", "detail"}]
create or replace function linernotes.note_problems(
    p_problems jsonb, p_now timestamptz default clock_timestamp()
) returns void language sql set search_path = '' as $$
    insert into linernotes.problems as k (source, record, kind, detail, first_seen_at, last_seen_at)
    select distinct on (p.source, p.record, p.kind, p.detail) p.source, p.record, p.kind, p.detail, p_now, p_now
    from jsonb_to_recordset(p_problems) as p(source text, record text, kind text, detail text)
    order by p.source, p.record, p.kind, p.detail
    on conflict (source, record, kind, detail) do nothing;
$$;
