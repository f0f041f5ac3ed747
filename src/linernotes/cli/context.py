"""What commands need of the outside: settings, logs, a database that is up and up to date."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from psycopg import Connection

from linernotes.database.connect import connect, database_url
from linernotes.database.migrate import migrate
from linernotes.database.store import hand_key_to
from linernotes.errors import SettingsError
from linernotes.forget_key import forget_key
from linernotes.logs import configure as configure_logs
from linernotes.services.patience import when_the_database_is_there
from linernotes.settings import Settings, load

T = TypeVar("T")


def ready_database(settings: Settings) -> str:
    """The URL of the database, started if it is the embedded one and migrated if need be."""
    url = database_url(settings)
    migrate(url)
    return url


def wait_for_database(settings: Settings) -> str:
    """The same for what runs for months: while the database is away it waits. SIGTERM ends it meanwhile, with 0.

    Raises DatabaseError where time does not help: a wrong password, no such database.
    """
    signal.signal(signal.SIGTERM, _nothing_in_hand)
    return when_the_database_is_there(lambda: ready_database(settings))


def _nothing_in_hand(*_: object) -> None:
    sys.exit(0)


class Ending:
    """What SIGTERM and SIGINT do to a running main task: `calls` says what they stop. Before that they cancel the
    task, which has nothing in hand yet."""

    def __init__(self, task: asyncio.Task[Any]) -> None:
        self._stop: Callable[[], object] = task.cancel
        self._told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._tell)

    def calls(self, stop: Callable[[], object]) -> None:
        """From now on they call this; at once where cancelling got lost on its way, as it may in Python 3.11."""
        self._stop = stop
        if self._told:
            stop()

    def _tell(self) -> None:
        self._told = True
        self._stop()


def run_until_told(main: Callable[[Ending], Coroutine[Any, Any, T]]) -> T:
    """Run what a signal ends. One that comes before there is something to stop ends the process with 0."""

    async def started() -> T:
        task = asyncio.current_task()
        assert task is not None
        return await main(Ending(task))

    try:
        return asyncio.run(started())
    except asyncio.CancelledError:
        sys.exit(0)


@contextmanager
def open_database() -> Iterator[Connection[Any]]:
    """A connection to the migrated database of this environment, each statement committed by itself."""
    settings = load()
    configure_logs(settings)
    with connect(ready_database(settings)) as connection:
        with suppress(SettingsError):  # needed by who stores people, whom the database refuses without it
            hand_key_to(connection, forget_key(settings))
        yield connection


def worker_name(pid: int | None = None) -> str:
    """Who we, or a process of ours, are in leases and dead letters: host and process."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


__all__ = [
    "Ending",
    "configure_logs",
    "open_database",
    "ready_database",
    "run_until_told",
    "wait_for_database",
    "worker_name",
]
