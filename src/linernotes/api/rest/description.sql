-- name: described
-- Every function that a role may call, with the types of its arguments and of what it answers.
select
    p.proname as name,
    p.provolatile <> 'v' as only_reads,
    p.proretset as returns_set,
    pg_catalog.format_type(p.prorettype, null) as returns,
    p.pronargdefaults::integer as defaults,
    coalesce((
        select array_agg(a.name order by a.place)
        from unnest(p.proargnames, p.proargmodes) with ordinality as a (name, mode, place)
        where a.mode is null or a.mode in ('i', 'b', 'v')
    ), '{}')::text[] as arguments,
    coalesce((
        select array_agg(pg_catalog.format_type(t.type, null) order by t.place)
        from unnest(p.proargtypes::oid[]) with ordinality as t (type, place)
    ), '{}')::text[] as types,
    coalesce((
        select array_agg(a.name order by a.place)
        from unnest(p.proargnames, p.proargmodes) with ordinality as a (name, mode, place)
        where a.mode = 't'
    ), '{}')::text[] as columns,
    coalesce((
        select array_agg(pg_catalog.format_type(a.type, null) order by a.place)
        from unnest(p.proallargtypes, p.proargmodes) with ordinality as a (type, mode, place)
        where a.mode = 't'
    ), '{}')::text[] as column_types
from pg_catalog.pg_proc p
where p.pronamespace = 'public'::pg_catalog.regnamespace and p.prokind = 'f' and p.proname = any (%(names)s)
  and pg_catalog.has_function_privilege(%(role)s, p.oid, 'execute')
order by p.proname;
