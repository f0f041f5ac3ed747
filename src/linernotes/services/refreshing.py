"""Keeps what a search looks at up to date while the pipeline works.

Credits are noted as they change, and counted here, a moment later. Two of this may run at once: one counts, the
other finds nothing to do. `serve` and `worker` run it; the job `search-refresh-job` does the same every minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import psycopg

from linernotes.errors import first_line
from linernotes.logs import get_logger
from linernotes.queues.belt import Pool

log = get_logger()

NOTES_AT_ONCE = 5_000
"""How many notes one transaction looks at: some seconds of counting at most."""

EVERY_S = 1.0

WORKERS_EVERY_S = 5.0
"""The same where nobody is served, so that many idle workers ask seldom."""

LONGEST_BUSY_S = 60.0
"""After so long without a quiet moment it is counted beside the work: the search is no older than a minute."""


async def refresh_search(pool: Pool, now: datetime) -> int:
    """Count anew whoever is due; how many producers. Ends when nobody is, or somebody else is counting."""
    counted = 0
    async with pool.connection() as connection:
        while True:
            asked = {"limit": NOTES_AT_ONCE, "now": now}
            row = await (
                await connection.execute("select linernotes.refresh_search(%(limit)s, %(now)s)", asked)
            ).fetchone()
            if not row or not row[0]:
                return counted
            counted += row[0]


class Refresher:
    """Looks every so many seconds whether anybody is due; while `busy` says that there is other work, later."""

    def __init__(
        self,
        pool: Pool,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        every: float = EVERY_S,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._pool = pool
        self._now = now
        self._every = every
        self._busy = busy
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Stop after what is being counted."""
        self._stop.set()

    async def run(self) -> None:
        """Count until `stop`; what fails is tried again a second later, and never ends who runs beside it."""
        loop = asyncio.get_running_loop()
        looked_at = loop.time()
        while not self._stop.is_set():
            try:
                if not self._busy() or loop.time() - looked_at >= LONGEST_BUSY_S:
                    looked_at = loop.time()
                    await refresh_search(self._pool, self._now())
            except psycopg.Error as error:  # away, read-only, or somebody was erased meanwhile: the notes stay
                log.warning("the search is not brought up to date", why=first_line(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self._every)
