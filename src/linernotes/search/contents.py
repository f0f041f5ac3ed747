"""What the base holds, and as of when each source said so (F7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import dict_row

from linernotes.queries import load_queries
from linernotes.search import Db, rows_of

SQL = load_queries("linernotes.search", "contents.sql")

COUNTED_UP_TO = 200_000
"""Rows. A table that the server takes to be larger is not counted, but told as its own estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many rows of a thing there are; exact says whether they were counted."""

    thing: str
    count: int
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHeld:
    """A source: recordings it was asked about, claims it made on them, and when it was last asked."""

    source: str
    recordings: int
    claims: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything in numbers."""

    held: tuple[Held, ...]
    sources: tuple[SourceHeld, ...]

    def count(self, thing: str) -> int:
        """How many there are of a thing: artists, albums, tracks, recordings, producers, credits, claims, links."""
        return next(h.count for h in self.held if h.thing == thing)


def contents(db: Db) -> Contents:
    """What the base holds, in three statements; large tables are estimated by the server."""
    with db.cursor(row_factory=dict_row) as cursor:
        estimates = {r["thing"]: r for r in cursor.execute(SQL["estimates"]).fetchall()}
        asked = {"up_to": COUNTED_UP_TO, **{r["thing"]: r["rows"] for r in estimates.values()}}
        counted = cursor.execute(SQL["counts"], asked).fetchone() or {}
    held = tuple(
        Held(
            thing=thing,
            count=int(row["rows"] if counted[thing] is None else counted[thing]),
            exact=counted[thing] is not None,
        )
        for thing, row in estimates.items()
    )
    return Contents(held=held, sources=tuple(rows_of(db, SourceHeld, SQL["sources"])))
