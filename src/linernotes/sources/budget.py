"""How often a source may be asked, shared by all processes and machines through one row of the database.

A turn is taken at the moment of sending. Who does not get it sleeps outside any transaction and asks again. Inside
one process those who wait stand in line, so a process contends for the row with one voice, however much work it has.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from linernotes.errors import SourceBusy
from linernotes.queries import load_queries
from linernotes.sources.clock import Clock
from linernotes.sources.statements import Pool, run

SHORT_PAUSE = timedelta(seconds=5)
"""A pause up to this long is waited out; a longer one sends the work away (SourceBusy)."""

PATIENCE = timedelta(seconds=90)
"""How long one request stands in line before its work is sent away."""

LONGEST_HINT = timedelta(seconds=10)
"""No longer does a process wait on the word of a place in line alone; then it asks the database."""

Places = Callable[[str, timedelta], Awaitable[timedelta]]
"""A line that all processes stand in: takes a source and its interval, gives a place, as the time until its turn.

A hint: it saves questions to the database, which alone grants turns. Without one a process learns by asking. It must
not raise.
"""

_SQL = load_queries("linernotes.sources", "budget.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One request per interval over everybody; at most concurrency of them unanswered in one process."""

    interval: timedelta
    concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """The right to send one request. trying: it tries a source that was left alone, so it is not repeated when it
    fails. doubtful: the source failed before, so an answer is worth noting (`answered`)."""

    trying: bool
    doubtful: bool


class Budget:
    """The turns of one source."""

    def __init__(self, pool: Pool, source: str, rate: Rate, clock: Clock, places: Places | None = None) -> None:
        self.source = source
        self._places = places
        self.rate = rate
        self._pool = pool
        self._clock = clock
        self.in_doubt = False
        """Whether the source had failed when the last turn was granted."""
        self._line = asyncio.Lock()
        self._slots = asyncio.Semaphore(rate.concurrency)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Leave]:
        """Wait for and take the right to send one request now; send it and read its answer inside.

        Raises SourceBusy when the source is paused for longer than SHORT_PAUSE, or the line is too long.
        """
        entered = self._clock.now()
        async with self._slots:
            async with self._line:
                await self._stand_in_the_shared_line()
                leave = await self._take(entered)
            yield leave

    async def _stand_in_the_shared_line(self) -> None:
        if self._places is not None:
            wait = min(await self._places(self.source, self.rate.interval), LONGEST_HINT)
            if wait > timedelta(0):
                await self._clock.sleep(wait.total_seconds())

    async def _take(self, entered: datetime) -> Leave:
        while True:
            values = {"source": self.source, "interval": self.rate.interval, "now": self._clock.shared()}
            answer = (await run(self._pool, _SQL["take_turn"], values))[0]
            if answer["granted"]:
                self.in_doubt = answer["doubtful"]
                return Leave(trying=answer["trying"], doubtful=answer["doubtful"])
            wait = timedelta(seconds=answer["wait"])
            if answer["paused"] and wait > SHORT_PAUSE:
                raise SourceBusy(self.source, wait, answer["why"] or "asked everybody to wait")
            if self._clock.now() + wait - entered > PATIENCE:
                raise SourceBusy(self.source, SHORT_PAUSE, "too many requests stand in line")
            # A little late and never at the same moment as another process.
            await self._clock.sleep(wait.total_seconds() + random.uniform(0.0005, 0.003))

    async def besides(self) -> bool:
        """Wait for the right to send one request more to a source that just failed; False when it is paused."""
        values = {"source": self.source, "interval": self.rate.interval, "now": self._clock.shared()}
        rows = await run(self._pool, _SQL["besides"], values)
        if rows:
            await self._clock.sleep(rows[0]["wait"])
        return bool(rows)

    async def sent(self) -> None:
        """Say that the request of the last turn left only now: the next turn counts from here."""
        values = {"source": self.source, "interval": self.rate.interval, "now": self._clock.shared()}
        await run(self._pool, _SQL["sent"], values)

    async def pause(self, wait: timedelta, why: str) -> None:
        """Let nobody, in any process, ask this source for a while."""
        values = {"source": self.source, "wait": wait, "why": why, "now": self._clock.shared()}
        await run(self._pool, _SQL["pause"], values)

    async def failed(self, why: str) -> timedelta | None:
        """Say that the source did not answer; how long everybody leaves it alone now, None when it is asked on."""
        values = {"source": self.source, "why": why, "now": self._clock.shared()}
        wait: timedelta | None = (await run(self._pool, _SQL["failed"], values))[0]["wait"]
        return wait

    async def answered(self) -> None:
        """Say that the source answers again: its parked work goes on."""
        await run(self._pool, _SQL["answered"], {"source": self.source, "now": self._clock.shared()})
