"""Where a text stands in a database: every column of every table, queues and archives and compressed answers too."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

from psycopg import Connection, sql

from linernotes.model.letters import PUNCTUATION, fold_case, plain_letters

COLUMNS = """
select n.nspname, c.relname, a.attname, format_type(a.atttypid, null)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
order by 1, 2, 3
"""


def places(db: Connection[Any], *texts: str) -> list[str]:
    """The columns, as schema.table.column, in which any of the texts stands, whatever its case, accents and signs."""
    wanted = [_letters(text) for text in texts]
    return [column for column, values in _columns(db) if any(text in value for value in values for text in wanted)]


def _columns(db: Connection[Any]) -> Iterator[tuple[str, list[str]]]:
    for schema, table, column, kind in db.execute(COLUMNS).fetchall():
        rows = db.execute(
            sql.SQL("select distinct {} from {} where {} is not null").format(
                sql.SQL("{}" if kind == "bytea" else "{}::text").format(sql.Identifier(column)),
                sql.Identifier(schema, table),
                sql.Identifier(column),
            )
        ).fetchall()
        yield f"{schema}.{table}.{column}", [_letters(_text(value)) for (value,) in rows]


def _text(value: str | bytes) -> str:
    if isinstance(value, str):
        return value
    try:
        return json.dumps(json.loads(zlib.decompress(value)), ensure_ascii=False)
    except (zlib.error, ValueError):
        return value.decode("utf-8", "replace")


def _letters(text: str) -> str:
    return PUNCTUATION.sub("", plain_letters(fold_case(text))).replace(" ", "")
