"""The time that all machines agree on: the database's.

Leases and due times are compared by whoever reads them. On a machine whose own clock is a minute ahead every lease of
the others would seem to have ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg

from linernotes.queues.belt import Pool

MEASURE_EVERY = timedelta(minutes=1)


def utc_now() -> datetime:
    """The time of day, on this machine."""
    return datetime.now(UTC)


class DatabaseClock:
    """Tells the database's time without asking it each time: this machine's, and by how much it is wrong."""

    def __init__(self, pool: Pool, machine: Callable[[], datetime] = utc_now) -> None:
        self._pool = pool
        self._machine = machine
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """The time of day."""
        return self._machine() + self._ahead

    async def measure(self) -> None:
        """Ask the database once. Right to half of the time that the question takes."""
        async with self._pool.connection() as connection:
            asked = self._machine()
            row = await (await connection.execute("select clock_timestamp()")).fetchone()
            answered = self._machine()
        if row:
            self._ahead = row[0] - (asked + (answered - asked) / 2)

    async def keep(self) -> None:
        """Measure again every minute, until cancelled: clocks drift, and are set."""
        while True:
            await asyncio.sleep(MEASURE_EVERY.total_seconds())
            with suppress(psycopg.Error):
                await self.measure()
