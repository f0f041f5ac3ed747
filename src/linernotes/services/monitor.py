"""Finding messages that were taken long ago and never settled, and freeing them.

A message of a worker that lives, or one that was put off on purpose, is not among them. Freeing one is safe: its
former holder has lost its lease and writes nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.queries import load_queries
from linernotes.services.arguments import A_YEAR, flag, number, only

if TYPE_CHECKING:
    from linernotes.services.hands import Hands

SQL = load_queries("linernotes.services", "monitor.sql")


async def queue_monitor(arguments: Mapping[str, Any], hands: Hands) -> dict[str, Any]:
    """The worker queueMonitor: an entry and a monitoring event for each active queue; with auto_fix it frees.

    success is False when no queue could be looked at.
    """
    only(arguments, "threshold_minutes", "auto_fix")
    values = {
        "threshold_minutes": number(arguments, "threshold_minutes", default=5, least=0, most=A_YEAR),
        "auto_fix": flag(arguments, "auto_fix", default=False),
    }
    async with hands.pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(SQL["monitor"], values)).fetchall()
    entries = [_entry(row) for row in rows]
    return {"success": not entries or any("error" not in e for e in entries), "queues": entries}


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    entry = {
        "queue_name": row["queue_name"],
        "total": row["total"],
        "stuck": row["stuck"],
        "messagesReset": row["messages_reset"],
    }
    return entry if row["error"] is None else {**entry, "error": row["error"]}


def reset_stuck(db: Connection[Any], *, queue: str | None, minutes: int) -> dict[str, int]:
    """Free what is stuck on one queue or on all; how many of each queue."""
    return dict(db.execute(SQL["reset"], {"queue": queue, "minutes": minutes}).fetchall())
