"""Entities that a dead worker left in progress, its locks, and what shared keys still name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linernotes.errors import KeysUnreachable
from linernotes.logs import get_logger
from linernotes.queries import load_queries
from linernotes.services.arguments import A_YEAR, number, only
from linernotes.services.hands import Hands
from linernotes.services.shared_keys import Entity

log = get_logger()

SQL = load_queries("linernotes.services", "cleanup.sql")


async def clean_up_stale_entities(arguments: Mapping[str, Any], hands: Hands) -> dict[str, Any]:
    """The worker cronCleanupStaleEntities: the object of cleanup_stale_entities, and redis_keys_removed.

    Shared keys that cannot be reached do not undo the database's part: redis_keys_removed is 0 then, and redis_error
    says why.
    """
    only(arguments, "p_stale_threshold_minutes")
    minutes = number(arguments, "p_stale_threshold_minutes", default=60, least=1, most=A_YEAR)
    report, entities = await _cleaned(hands, minutes)
    answer = {"success": True, **report, "redis_keys_removed": 0}
    if hands.shared_keys is not None and entities:
        try:
            answer["redis_keys_removed"] = await hands.shared_keys.release(entities)
        except KeysUnreachable as error:
            log.warning("the shared keys cannot be reached", why=str(error))
            answer["redis_error"] = str(error)
    return answer


async def _cleaned(hands: Hands, minutes: int) -> tuple[dict[str, Any], list[Entity]]:
    """The database's part, and which entities it set free."""
    async with hands.pool.connection() as connection, connection.transaction():
        locks = await (await connection.execute(SQL["dead_locks"], {"minutes": minutes})).fetchall()
        row = await (await connection.execute(SQL["clean_up"], {"minutes": minutes})).fetchone()
        assert row is not None
        report: dict[str, Any] = row[0]
        touched = {
            "types": [lock[0] for lock in locks],
            "ids": [lock[1] for lock in locks],
            "at": datetime.fromisoformat(report["timestamp"]),
        }
        rows = await (await connection.execute(SQL["cleaned"], touched)).fetchall()
    return report, [Entity(*row) for row in rows]
