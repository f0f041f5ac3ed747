-- name: functions
-- What a caller must know of each function: its arguments in order with their types and how many have a default, and
-- the columns of what it returns.
select
    p.proname as name,
    p.proretset as returns_set,
    p.prorettype = 'void'::pg_catalog.regtype as returns_nothing,
    coalesce((
        select array_agg(a.name order by a.place)
        from unnest(p.proargnames, p.proargmodes) with ordinality as a (name, mode, place)
        where a.mode is null or a.mode in ('i', 'b', 'v')
    ), '{}')::text[] as arguments,
    coalesce((
        select array_agg(pg_catalog.format_type(t.type, null) order by t.place)
        from unnest(p.proargtypes::oid[]) with ordinality as t (type, place)
    ), '{}')::text[] as types,
    p.pronargdefaults::integer as defaults,
    coalesce((
        select array_agg(a.name order by a.place)
        from unnest(p.proargnames, p.proargmodes) with ordinality as a (name, mode, place)
        where a.mode = 't'
    ), '{}')::text[] as columns
from pg_catalog.pg_proc p
where p.pronamespace = 'public'::pg_catalog.regnamespace and p.prokind = 'f' and p.proname = any (%(names)s);
