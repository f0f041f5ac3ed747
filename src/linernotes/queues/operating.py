"""What a person asks of the queues and does to them: what comes next, what was given up, putting it back, purging.

One connection, one statement each. Lists are rows as mappings, under the names that `--json` prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.model.message import Queue
from linernotes.queries import load_queries
from linernotes.queues.settling import SQL as BELT

SQL = load_queries("linernotes.queues", "operating.sql")

Db = Connection[Any]
Rows = list[dict[str, Any]]


def waiting(db: Db, now: datetime) -> Rows:
    """How much waits on each registered queue: visible, hidden, parked, and when the next can go on."""
    return _rows(db, BELT["depths"], {"now": now})


def peek(db: Db, queue: Queue, limit: int) -> Rows:
    """The messages of a queue that come next, without taking them."""
    return _rows(db, SQL["peek"], {"queue": queue, "limit": limit})


def dead_letters(db: Db, *, queue: Queue | None, limit: int, replayed: bool) -> Rows:
    """What was given up on one queue or on all, newest first; with `replayed` also what was put back since."""
    return _rows(db, SQL["letters"], {"queue": queue, "limit": limit, "replayed": replayed})


def given_up(db: Db, queue: Queue, keys: Sequence[str]) -> list[str]:
    """Why messages with these keys were given up, those that were not put back or sent again since."""
    return [row[0] for row in db.execute(SQL["given_up"], {"queue": queue, "keys": list(keys)}).fetchall()]


def replay(db: Db, now: datetime, *, queue: str | None = None, ids: Sequence[UUID] | None = None) -> int:
    """Put dead letters back on their queue with no attempts spent: those of the ids, else all of a queue, or of all.

    Returns how many; what was put back before is left alone.
    """
    return _number(db, SQL["replay"], {"queue": queue, "ids": ids and list(ids), "now": now})


def purge(db: Db, queue: Queue) -> int:
    """Throw away everything that waits on a queue; how many those were. The work can be sent again."""
    return _number(db, SQL["purge"], {"queue": queue})


def _rows(db: Db, query: str, values: dict[str, Any]) -> Rows:
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def _number(db: Db, query: str, values: dict[str, Any]) -> int:
    row = db.execute(query, values).fetchone()
    return int(row[0]) if row else 0
