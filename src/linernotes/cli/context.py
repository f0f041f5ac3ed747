"""What commands need of the outside: settings, logs, a database that is up and up to date."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from psycopg import Connection

from linernotes.database.connect import connect, database_url
from linernotes.database.migrate import migrate
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


def configure_logs(settings: Settings) -> None:
    """Log lines go to stderr, as text or JSON, so that results alone stand on stdout."""
    as_json = settings.log == "json"
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # what fails is told by who asked, once
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
