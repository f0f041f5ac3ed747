"""What people ask: who is this, what did they make, how do we know, where can I take it all.

This room reads and never writes. It knows the tables, the nouns and the errors; it starts no work.
"""

from collections.abc import Mapping
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg.rows import class_row

Db = psycopg.Connection[Any]
"""A connection to read through."""

SHOWN_FROM = 0.5
"""Credits below this confidence are kept, and not shown (C4)."""

T = TypeVar("T")


def rows_of(
    db: Db,
    kind: type[T],
    query: LiteralString,
    asked: Mapping[str, Any] | None = None,
    *,
    prepare: bool | None = None,
) -> list[T]:
    """What a question answers, each row as a value of this kind.

    prepare=False plans the statement anew each time: for one whose best plan hangs on what is asked.
    """
    with db.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query, asked, prepare=prepare).fetchall()


def row_of(db: Db, kind: type[T], query: LiteralString, asked: Mapping[str, Any] | None = None) -> T | None:
    """The first row of an answer as a value of this kind, None when there is none."""
    with db.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query, asked).fetchone()


def recordings_in_words(count: int) -> str:
    """`1 recording`, `2 recordings`."""
    return f"{count} recording" if count == 1 else f"{count} recordings"
