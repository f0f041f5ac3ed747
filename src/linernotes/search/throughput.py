"""How much each queue got done lately, step by step, for a small picture of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import dict_row

from linernotes.queries import load_queries
from linernotes.search import Db

SQL = load_queries("linernotes.search", "throughput.sql")

STEP = timedelta(minutes=5)
STEPS = 24
"""Two hours: what somebody who looks because something seems wrong wants to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """Messages finished and failed in each of the last STEPS steps, the oldest first."""

    done: tuple[int, ...]
    failed: tuple[int, ...]


NOTHING = Throughput(done=(0,) * STEPS, failed=(0,) * STEPS)


def throughput(db: Db, now: datetime) -> Mapping[str, Throughput]:
    """The last two hours of each queue; a queue that did nothing is left out."""
    asked = {"now": now, "seconds": STEP.total_seconds(), "steps": STEPS}
    with db.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(SQL["throughput"], asked).fetchall()
    found: dict[str, Throughput] = {}
    for queue in dict.fromkeys(row["queue"] for row in rows):
        steps = {row["step"]: row for row in rows if row["queue"] == queue}
        found[queue] = Throughput(
            done=tuple(steps[step]["done"] if step in steps else 0 for step in reversed(range(STEPS))),
            failed=tuple(steps[step]["failed"] if step in steps else 0 for step in reversed(range(STEPS))),
        )
    return found
