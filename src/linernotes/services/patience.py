"""Waiting, at the start of what runs for months, until the database is there.

Machines come up in any order, and a restart of the database may fall into the moment in which a process starts. Where
nothing but time helps (DatabaseAway) it is tried again; a wrong password or a missing database is raised at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import psycopg

from linernotes.database.away import database_is_away
from linernotes.errors import DatabaseAway, DatabaseError
from linernotes.logs import get_logger

log = get_logger()

TRY_AGAIN = timedelta(seconds=1)
SAY_AGAIN = timedelta(minutes=1)
"""How often somebody who reads the log is told that it still waits, and for what."""

T = TypeVar("T")


class Waiting:
    """One wait for the database, and what the log is told of it. now is in seconds, for tests."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._since: float | None = None
        self._said = 0.0

    def failed(self, error: Exception) -> None:
        """Tell what is waited for, at first and every minute. Raises the error when time does not help."""
        if not (isinstance(error, DatabaseAway) or (isinstance(error, psycopg.Error) and database_is_away(error))):
            raise error
        now = self._now()
        if self._since is None or now - self._said >= SAY_AGAIN.total_seconds():
            log.warning("waiting for the database", why=" ".join(str(error).split()))
            self._said = now
        self._since = now if self._since is None else self._since

    def over(self) -> None:
        """Tell that the database is there, if there was a wait: whoever read of the one reads of the other."""
        if self._since is not None:
            log.warning("the database is there", waited=round(self._now() - self._since, 1))


def when_the_database_is_there(start: Callable[[], T], *, sleep: Callable[[float], None] = time.sleep) -> T:
    """What `start` returns, tried until the database lets it. Raises what time does not help against."""
    waiting = Waiting()
    while True:
        try:
            started = start()
        except (psycopg.Error, DatabaseError) as error:
            waiting.failed(error)
            sleep(TRY_AGAIN.total_seconds())
        else:
            waiting.over()
            return started


async def soon_as_the_database_is_there(start: Callable[[], Awaitable[T]]) -> T:
    """The same for asyncio."""
    waiting = Waiting()
    while True:
        try:
            started = await start()
        except (psycopg.Error, DatabaseError) as error:
            waiting.failed(error)
            await asyncio.sleep(TRY_AGAIN.total_seconds())
        else:
            waiting.over()
            return started
