-- name: rows
-- How many rows the tables of the contract hold, as of their last ANALYZE: counting them would read them.
select c.relname, greatest(c.reltuples, 0)::float8
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind = 'r'
  and c.relname in ('artists', 'albums', 'tracks', 'producers', 'track_producers')
order by c.relname;
