"""Everything of ours taken out of a database and made anew, empty. What other programs keep there stays."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from importlib.resources.abc import Traversable

import psycopg
from psycopg import sql

from linernotes.database import connect, migrate, schema_files
from linernotes.errors import DatabaseError
from linernotes.model.message import Queue
from linernotes.queries import load_queries

SQL = load_queries("linernotes.database", "reset.sql")
LOCK_WAIT = timedelta(seconds=10)  # for sessions that use the tables


def reset(url: str, *, folder: Traversable | None = None) -> list[str]:
    """Delete all data and the schema, then migrate. Returns what was applied.

    Raises DatabaseError, with nothing deleted, when somebody uses the tables.
    """
    folder = folder or schema_files.shipped()
    migrations = schema_files.migrations(folder)
    names = [file.function[1] for file in schema_files.functions(folder) if file.function[0] == "public"]
    with closing(connect.connect(url, application_name="linernotes reset")) as conn:
        try:
            migrate.take_lock(conn)
            with conn.transaction():
                conn.execute(f"set local lock_timeout to {int(LOCK_WAIT.total_seconds() * 1000)}")
                if migrate.has_state(conn):
                    conn.execute(SQL["forget_versions"], {"versions": [file.version for file in migrations]})
                if migrate.has_pgmq(conn):
                    conn.execute(SQL["queues"], {"queues": [str(queue) for queue in Queue]})
                for (signature,) in conn.execute(SQL["functions"], {"names": names}).fetchall():
                    conn.execute(f"drop routine if exists {signature} cascade")
                conn.execute(SQL["schema"])
                for table in sorted({name for file in migrations for name in file.public_tables}):
                    conn.execute(sql.SQL(SQL["table"]).format(sql.Identifier("public", table)))
        except psycopg.errors.LockNotAvailable:
            raise DatabaseError(
                "Somebody uses the tables. Stop `serve`, `worker` and `scheduler`, then reset."
            ) from None
        except psycopg.Error as error:
            raise connect.explain(error, url) from None
    return migrate.migrate(url, folder=folder)
