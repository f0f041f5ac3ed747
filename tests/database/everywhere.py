"""Where a text stands in a database: every column of every table, queues and archives and compressed answers too."""

from __future__ import annotations

import zlib
from typing import Any

from psycopg import Connection, sql

COLUMNS = """
select n.nspname, c.relname, a.attname, format_type(a.atttypid, null)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
order by 1, 2, 3
"""


def places(db: Connection[Any], *texts: str) -> list[str]:
    """The columns, as schema.table.column, in which any of the texts stands, whatever its case."""
    wanted = [text.lower() for text in texts]
    found = []
    for schema, table, column, kind in db.execute(COLUMNS).fetchall():
        rows = db.execute(
            sql.SQL("select {} from {} where {} is not null").format(
                sql.SQL("{}" if kind == "bytea" else "{}::text").format(sql.Identifier(column)),
                sql.Identifier(schema, table),
                sql.Identifier(column),
            )
        ).fetchall()
        if any(text in _text(value) for (value,) in rows for text in wanted):
            found.append(f"{schema}.{table}.{column}")
    return found


def _text(value: str | bytes) -> str:
    if isinstance(value, str):
        return value.lower()
    try:
        return zlib.decompress(value).decode("utf-8", "replace").lower()
    except zlib.error:
        return value.decode("utf-8", "replace").lower()
