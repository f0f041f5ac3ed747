"""A database whose clock a test moves: what its functions take for the present is a row that the test writes.

Every function of ours and of PGMQ that reads PostgreSQL's clock is replaced, in this one database, by the same
function with `moving.clock()` in its place; so are the defaults of columns. Nothing else of them is changed.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, LiteralString, cast

from psycopg import Connection, sql

CLOCK = re.compile(r"\b(?:pg_catalog\.)?(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)")

PREPARED = """
    create schema moving;
    create table moving.hand (at timestamptz not null);
    create function moving.clock() returns timestamptz language sql stable security definer set search_path = '' as
        'select at from moving.hand';
"""
FUNCTIONS = """
    select pg_get_functiondef(p.oid) from pg_proc p
    where p.pronamespace in ('public'::regnamespace, 'linernotes'::regnamespace, 'pgmq'::regnamespace)
      and p.prokind = 'f' and p.proowner = current_user::regrole
"""
DEFAULTS = """
    select d.adrelid::regclass::text, a.attname, pg_get_expr(d.adbin, d.adrelid)
    from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_class c on c.oid = d.adrelid
    where c.relnamespace in ('public'::regnamespace, 'linernotes'::regnamespace, 'pgmq'::regnamespace)
      and a.attgenerated = ''
"""


class MovingClock:
    """Sets the time of one database."""

    def __init__(self, db: Connection[Any], at: datetime) -> None:
        self._db = db
        self.now = at
        db.execute(PREPARED)
        db.execute("insert into moving.hand values (%s)", [at])
        self.replaced = self._replace_functions()
        self._replace_defaults()

    def set(self, at: datetime) -> None:
        self.now = at
        self._db.execute("update moving.hand set at = %s", [at])

    def _replace_functions(self) -> int:
        definitions = [row[0] for row in self._db.execute(FUNCTIONS).fetchall()]
        moved = [(d, CLOCK.sub("moving.clock()", d)) for d in definitions]
        for old, new in moved:
            if new != old:
                self._db.execute(cast(LiteralString, new))
        return sum(new != old for old, new in moved)

    def _replace_defaults(self) -> None:
        for table, column, default in self._db.execute(DEFAULTS).fetchall():
            if (new := CLOCK.sub("moving.clock()", default)) != default:
                change = f"alter table {table} alter column {{}} set default {new}"
                self._db.execute(sql.SQL(cast(LiteralString, change)).format(sql.Identifier(column)))
