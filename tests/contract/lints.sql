-- What Supabase's database linter warns of, as questions of our own: each lists the objects that it finds fault with.
-- Looked at is what we make: schemas public, which the API shows, and linernotes. Where the linter asks whether an
-- extension or a setting makes a fault matter (pg_graphql, an exposed queue schema), this does not: it is a fault here.

-- name: 0001_unindexed_foreign_keys
select format('%s.%s', k.conrelid::regclass, k.conname)
from pg_constraint k
where k.contype = 'f' and k.connamespace::regnamespace::text in ('public', 'linernotes')
  and not exists (
      select from pg_index i
      where i.indrelid = k.conrelid and i.indisvalid
        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] = k.conkey
  );

-- name: 0002_auth_users_exposed
-- Views of schema public that read auth.users and that strangers may read.
select distinct v.oid::regclass::text
from pg_class v
join pg_rewrite r on r.ev_class = v.oid
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
where v.relnamespace = 'public'::regnamespace and v.relkind in ('v', 'm')
  and d.refobjid = to_regclass('auth.users')
  and (has_any_column_privilege('anon', v.oid, 'select') or has_any_column_privilege('authenticated', v.oid, 'select'));

-- name: 0003_auth_rls_initplan
-- Policies that ask who is there for every row, and not once in a subquery of its own.
select format('%s.%s: %s', p.schemaname, p.tablename, p.policyname)
from pg_policies p
cross join lateral (
    select regexp_replace(concat_ws(' ', p.qual, p.with_check), '\(\s*select (auth\.\w+|current_setting)\(', '', 'gi')
) as rest (text)
where p.schemaname in ('public', 'linernotes') and rest.text ~* '(\mauth\.\w+|\mcurrent_setting)\s*\(';

-- name: 0004_no_primary_key
select c.oid::regclass::text
from pg_class c
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'linernotes')
  and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary);

-- name: 0005_unused_index
select format('%s.%s', s.schemaname, s.indexrelname)
from pg_stat_user_indexes s
join pg_index i using (indexrelid)
where s.schemaname in ('public', 'linernotes') and s.idx_scan = 0 and not i.indisunique;

-- name: 0006_multiple_permissive_policies
-- More than one way in for one role and one command. A policy for PUBLIC counts for each role, one for ALL for each.
select format('%s: %s %s', p.polrelid::regclass, r.rolname, c.cmd)
from pg_policy p
join pg_roles r on r.oid = any (p.polroles) or 0 = any (p.polroles)
cross join (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) c (code, cmd)
where p.polpermissive and p.polcmd::text in ('*', c.code) and r.rolname in ('anon', 'authenticated', 'service_role')
group by p.polrelid, r.rolname, c.cmd
having count(*) > 1;

-- name: 0007_policy_exists_rls_disabled
select distinct c.oid::regclass::text
from pg_class c
join pg_policy p on p.polrelid = c.oid
where not c.relrowsecurity;

-- name: 0008_rls_enabled_no_policy
select c.oid::regclass::text
from pg_class c
where c.relrowsecurity and c.relnamespace::regnamespace::text in ('public', 'linernotes')
  and not exists (select from pg_policy p where p.polrelid = c.oid);

-- name: 0009_duplicate_index
select string_agg(i.indexrelid::regclass::text, ', ' order by i.indexrelid::regclass::text)
from pg_index i
join pg_class c on c.oid = i.indexrelid
where c.relnamespace::regnamespace::text in ('public', 'linernotes')
group by i.indrelid, i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text, c.relam,
    coalesce(pg_get_expr(i.indexprs, i.indrelid), ''), coalesce(pg_get_expr(i.indpred, i.indrelid), '')
having count(*) > 1;

-- name: 0010_security_definer_view
select c.oid::regclass::text
from pg_class c
where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace
  and not coalesce((
      select o.option_value::boolean from pg_options_to_table(c.reloptions) o where o.option_name = 'security_invoker'
  ), false);

-- name: 0011_function_search_path_mutable
select p.oid::regprocedure::text
from pg_proc p
where p.pronamespace::regnamespace::text in ('public', 'linernotes')
  and not exists (select from unnest(p.proconfig) s where s like 'search_path=%')
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');

-- name: 0012_auth_allow_anonymous_sign_ins
-- Policies that let in whoever signed in, without a look at whether as nobody in particular.
select format('%s.%s: %s', p.schemaname, p.tablename, p.policyname)
from pg_policies p
where p.schemaname in ('public', 'linernotes') and p.roles::text[] && array['authenticated', 'public']
  and concat_ws(' ', p.qual, p.with_check) !~ 'is_anonymous';

-- name: 0013_rls_disabled_in_public
select c.oid::regclass::text
from pg_class c
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relrowsecurity;

-- name: 0014_extension_in_public
select e.extname::text from pg_extension e where e.extnamespace = 'public'::regnamespace;

-- name: 0015_rls_references_user_metadata
select format('%s.%s: %s', p.schemaname, p.tablename, p.policyname)
from pg_policies p
where concat_ws(' ', p.qual, p.with_check) ~ '(user_metadata|raw_user_meta_data)';

-- name: 0016_materialized_view_in_api
select c.oid::regclass::text
from pg_class c
where c.relkind = 'm' and c.relnamespace = 'public'::regnamespace
  and (has_any_column_privilege('anon', c.oid, 'select') or has_any_column_privilege('authenticated', c.oid, 'select'));

-- name: 0017_foreign_table_in_api
select c.oid::regclass::text
from pg_class c
where c.relkind = 'f' and c.relnamespace = 'public'::regnamespace
  and (has_any_column_privilege('anon', c.oid, 'select') or has_any_column_privilege('authenticated', c.oid, 'select'));

-- name: 0018_unsupported_reg_types
-- pg_upgrade carries over regclass, regrole and regtype only.
select format('%s.%s', c.oid::regclass, a.attname)
from pg_attribute a
join pg_class c on c.oid = a.attrelid
join pg_type t on t.oid = a.atttypid
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('public', 'linernotes')
  and t.typnamespace = 'pg_catalog'::regnamespace and ltrim(t.typname, '_') in (
      'regcollation', 'regconfig', 'regdictionary', 'regnamespace', 'regoper', 'regoperator', 'regproc', 'regprocedure'
  );

-- name: 0019_insecure_queue_exposed_in_api
select c.oid::regclass::text
from pg_class c
where c.relkind in ('r', 'p') and c.relnamespace = to_regnamespace('pgmq') and not c.relrowsecurity
  and (has_any_column_privilege('anon', c.oid, 'select') or has_any_column_privilege('authenticated', c.oid, 'select'));

-- name: 0020_table_bloat
-- Tables of 70 times the pages that their rows take, and more than 20 MB too many.
select c.oid::regclass::text
from pg_class c
cross join lateral (
    select ceil(c.reltuples * (28 + sum(s.avg_width * (1 - s.null_frac))) / (current_setting('block_size')::int - 24))
    from pg_stats s
    where s.schemaname = c.relnamespace::regnamespace::text and s.tablename = c.relname
) as needed (pages)
where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 'linernotes')
  and c.relpages > 70 * greatest(needed.pages, 1)
  and (c.relpages - needed.pages) * current_setting('block_size')::int > 20 * 1024 * 1024;

-- name: 0021_fkey_to_auth_unique
select format('%s.%s', k.conrelid::regclass, k.conname)
from pg_constraint k
join pg_class c on c.oid = k.confrelid
join pg_index i on i.indexrelid = k.conindid
where k.contype = 'f' and c.relnamespace = to_regnamespace('auth') and not i.indisprimary;

-- name: 0022_extension_versions_outdated
select e.name::text
from pg_available_extensions e
where e.installed_version is not null and e.installed_version <> e.default_version;

-- name: 0023_sensitive_columns_exposed
select format('%s.%s', c.oid::regclass, a.attname)
from pg_attribute a
join pg_class c on c.oid = a.attrelid
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relrowsecurity
  and a.attname ~ ('(password|passwd|pwd|secret|api_?key|token|jwt|auth_code|otp|ssn|social_security|license|passport'
                   '|national_id|tax_id|credit_card|card_number|cvv|account|routing|iban|swift|health|medical|patient'
                   '|insurance|diagnosis|mac_address|imei|device_uuid|ssh_key|pgp_key|certificate|fingerprint|biometric'
                   '|facial)');

-- name: 0024_rls_policy_always_true
-- Anybody may write anything.
select format('%s.%s: %s', p.schemaname, p.tablename, p.policyname)
from pg_policies p
where p.schemaname in ('public', 'linernotes') and p.permissive = 'PERMISSIVE' and p.cmd <> 'SELECT'
  and (p.cmd in ('UPDATE', 'DELETE', 'ALL') and coalesce(p.qual, 'true') ~ '^\(*(true|1 = 1)\)*$'
       or p.cmd <> 'DELETE' and coalesce(p.with_check, p.qual, 'true') ~ '^\(*(true|1 = 1)\)*$');

-- name: 0025_public_bucket_allows_listing
select format('%s.%s: %s', p.schemaname, p.tablename, p.policyname)
from pg_policies p
where p.schemaname = 'storage' and p.tablename = 'objects' and p.permissive = 'PERMISSIVE'
  and p.cmd in ('SELECT', 'ALL') and p.roles::text[] && array['public', 'anon', 'authenticated']
  and p.qual ~ '^\(*(true|1 = 1|bucket_id = ''[^'']*''::text)\)*$';

-- name: 0026_pg_graphql_anon_table_exposed
select c.oid::regclass::text
from pg_class c
where c.relkind in ('r', 'v', 'm', 'f') and c.relnamespace::regnamespace::text in ('public', 'linernotes')
  and has_table_privilege('anon', c.oid, 'select');

-- name: 0027_pg_graphql_authenticated_table_exposed
select c.oid::regclass::text
from pg_class c
where c.relkind in ('r', 'v', 'm', 'f') and c.relnamespace::regnamespace::text in ('public', 'linernotes')
  and has_table_privilege('authenticated', c.oid, 'select');

-- name: 0028_anon_security_definer_function_executable
select p.oid::regprocedure::text
from pg_proc p
where p.prosecdef and p.pronamespace::regnamespace::text in ('public', 'linernotes')
  and has_function_privilege('anon', p.oid, 'execute');

-- name: 0029_authenticated_security_definer_function_executable
select p.oid::regprocedure::text
from pg_proc p
where p.prosecdef and p.pronamespace::regnamespace::text in ('public', 'linernotes')
  and has_function_privilege('authenticated', p.oid, 'execute');

-- name: 0030_autovacuum_disabled
select c.oid::regclass::text
from pg_class c
cross join lateral pg_options_to_table(c.reloptions) o
where c.relkind in ('r', 'm') and c.relnamespace::regnamespace::text in ('public', 'linernotes')
  and o.option_name = 'autovacuum_enabled' and not o.option_value::boolean;

-- name: 0030_invalid_index
select i.indexrelid::regclass::text from pg_index i where not i.indisvalid;

-- name: 0030_rls_policy_null_auth_disjunct
-- Policies for which nobody at all is somebody.
select format('%s.%s: %s', p.schemaname, p.tablename, p.policyname)
from pg_policies p
where p.schemaname in ('public', 'linernotes') and p.cmd in ('SELECT', 'ALL') and p.qual ~* '\mor\M'
  and p.qual ~* '(\mauth\.\w+\(\)|\mcurrent_setting\([^)]*, true\))[^()]*\)* is null';
