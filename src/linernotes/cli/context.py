"""What commands need of the outside: settings, logs, a database that is up and up to date, the end by a signal."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from psycopg import Connection

from linernotes import logs
from linernotes.database.connect import connect, database_url
from linernotes.database.migrate import migrate
from linernotes.database.store import hand_key_to
from linernotes.errors import SettingsError
from linernotes.forget_key import forget_key
from linernotes.services.patience import when_the_database_is_there
from linernotes.settings import Settings, load

T = TypeVar("T")


def ready(*, level: int = logging.WARNING, patient: bool = False) -> tuple[Settings, str]:
    """The settings, and the URL of the database: started if it is the embedded one, migrated if need be.

    level: from which one on this process logs; what runs for months says what it does. patient, for the same: while
    the database is away it waits, and SIGTERM ends it meanwhile, with 0. Raises DatabaseError where time does not
    help: a wrong password, no such database.
    """
    settings = load()
    logs.configure(settings, level=level)
    if not patient:
        return settings, _up_to_date(settings)
    signal.signal(signal.SIGTERM, _nothing_in_hand)
    return settings, when_the_database_is_there(lambda: _up_to_date(settings))


def _up_to_date(settings: Settings) -> str:
    url = database_url(settings)
    migrate(url)
    return url


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
    settings, url = ready()
    with connect(url) as connection:
        with suppress(SettingsError):  # needed by who stores people, whom the database refuses without it
            hand_key_to(connection, forget_key(settings))
        yield connection
