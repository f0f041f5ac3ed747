"""What commands need of the outside: settings, logs, a database that is up and up to date."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection

from linernotes.database.connect import connect, database_url
from linernotes.database.migrate import migrate
from linernotes.logs import configure as configure_logs
from linernotes.settings import Settings, load


def ready_database(settings: Settings) -> str:
    """The URL of the database, started if it is the embedded one and migrated if need be."""
    url = database_url(settings)
    migrate(url)
    return url


@contextmanager
def open_database() -> Iterator[Connection[Any]]:
    """A connection to the migrated database of this environment, each statement committed by itself."""
    settings = load()
    configure_logs(settings)
    with connect(ready_database(settings)) as connection:
        yield connection


def worker_name() -> str:
    """Who we are in leases and dead letters: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


__all__ = ["configure_logs", "open_database", "ready_database", "worker_name"]
