"""All that is kept about one person, for whoever asks what we know of them: every value with its source and dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.queries import load_queries
from linernotes.search import Db

SQL = load_queries("linernotes.search", "person.sql")

PARTS = (
    "names", "ids", "links", "kinds", "groups", "claims", "credits", "rejections", "merges", "problems", "states",
    "messages", "search",
)  # fmt: skip


def all_about(db: Db, producer: UUID) -> Mapping[str, Any]:
    """Everything kept about a person, table by table, of the rows that were merged into theirs too; for JSON."""
    with db.transaction(), db.cursor(row_factory=dict_row) as cursor:
        people = db.execute(SQL["identities"], {"id": producer}).fetchone()
        assert people is not None
        asked = {"people": people[0]}
        rows = [row["row"] for row in cursor.execute(SQL["rows"], asked).fetchall()]
        return {"producers": rows, **{part: cursor.execute(SQL[part], asked).fetchall() for part in PARTS}}
