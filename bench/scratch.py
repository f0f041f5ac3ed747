"""A migrated database for one measurement: on the server of LINERNOTES_DATABASE_URL, else on the embedded one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import Connection

from linernotes import logs
from linernotes.database.connect import connect, database_url
from linernotes.database.migrate import migrate
from linernotes.settings import load


@contextmanager
def scratch_database() -> Iterator[str]:
    """Its URL; the database is dropped at the end. Warnings are logged, as a command logs them."""
    settings = load()
    logs.configure(settings)
    url = database_url(settings)
    name = f"bench_{uuid4().hex[:12]}"
    own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    with connect(url) as db:
        db.execute(f'create database "{name}"')
        try:
            migrate(own)
            yield own
        finally:
            drop_database(db, name)


def drop_database(db: Connection[Any], name: str) -> None:
    """Drop it; the server's own vacuum may be at work in it, and ends by itself when asked for long enough."""
    for attempt in range(60):
        try:
            db.execute(f'drop database if exists "{name}" with (force)')
            return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            if attempt == 59:
                raise
            time.sleep(1)
