"""A connection on which no statement waits for ever.

A link can be half-open: the other end takes what we send and never answers, behind a proxy that hangs or a machine
that was frozen. A time limit of the server does not reach us then, and neither does TCP's own, because somebody
acknowledges every byte. So each statement, and each COMMIT, has a deadline on our side.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import AsyncConnection

DEADLINE = timedelta(seconds=30)
"""For one statement. Whatever takes longer on purpose belongs on a connection of its own (`connect`)."""

CANCEL_WITHIN = 2.0
"""Seconds for asking the server to stop what nobody waits for any more."""


class BoundedConnection(AsyncConnection[Any]):
    """An AsyncConnection whose every wait for the server ends in time.

    Past the deadline the server is asked to stop, the connection is closed, and psycopg.OperationalError is raised; a
    pool then opens another one. Whether the statement took effect is not known.
    """

    deadline = DEADLINE

    async def wait(self, gen: Any, *args: Any, **named: Any) -> Any:
        """Wait for the server: as long as the deadline, or as the caller says."""
        seconds = self.deadline.total_seconds()
        try:
            return await super().wait(gen, *args, **{"timeout": seconds, **named})
        except psycopg.errors._WaitTimeout:
            with suppress(psycopg.Error):  # what is at the other end may be well, and only slow
                await self.cancel_safe(timeout=CANCEL_WITHIN)
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"PostgreSQL did not answer within {seconds:g} s. Look whether it is up and reachable."
            ) from None
