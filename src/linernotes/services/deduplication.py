"""Forgetting which pieces of work were sent and done, so that they can be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linernotes.errors import KeysUnreachable, UsageError
from linernotes.logs import get_logger
from linernotes.queries import load_queries
from linernotes.search.operations import SQL as OPERATIONS
from linernotes.services.arguments import only, text
from linernotes.services.hands import Hands

log = get_logger()

SQL = load_queries("linernotes.services", "deduplication.sql")


async def clear_queue_deduplication(arguments: Mapping[str, Any], hands: Hands) -> dict[str, Any]:
    """The worker clearQueueDeduplication: the keys of one queue, or of all; how many went.

    Shared keys that cannot be reached do not undo the database's part: success is False then, and error says why.
    Raises UsageError for a queue that nobody registered.
    """
    only(arguments, "queue_name")
    queue = text(arguments, "queue_name")
    async with hands.pool.connection() as connection, connection.transaction():
        known = await (await connection.execute(OPERATIONS["known_queue"], {"queue": queue})).fetchone()
        if queue is not None and not (known and known[0]):
            raise UsageError("There is no queue of that name; leave queue_name out to clear all.")
        removed = (await connection.execute(SQL["clear"], {"queue": queue})).rowcount
    if hands.shared_keys is None:
        return {"success": True, "removed": removed}
    try:
        return {"success": True, "removed": removed + await hands.shared_keys.clear(queue)}
    except KeysUnreachable as error:
        log.warning("the shared keys cannot be reached", why=str(error))
        return {"success": False, "removed": removed, "error": str(error)}
