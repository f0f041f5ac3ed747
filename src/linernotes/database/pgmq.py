"""PGMQ, the message queue inside PostgreSQL: the server's extension where it has one, else PGMQ's own plain SQL."""

from __future__ import annotations

from psycopg import Connection

from linernotes.queries import load_queries

SQL = load_queries("linernotes.database", "migrate.sql")


def ensure_pgmq(conn: Connection) -> list[str]:
    """Install PGMQ unless it is there, and return what was installed. Call it under the migrations' lock.

    What is there is left as it is: the plain SQL cannot be installed twice and has no way to upgrade itself.
    """
    row = conn.execute(SQL["pgmq"]).fetchone()
    here, available = row[:2] if row else (False, False)
    if here:
        return []
    with conn.transaction():
        if available:
            conn.execute("create extension if not exists pgmq")
            return ["extension pgmq"]
        from pgmq.install import get_embedded_install_sql, get_embedded_sql_version  # slow to import, needed once

        conn.execute(get_embedded_install_sql())
        return [f"pgmq {get_embedded_sql_version()} (plain SQL)"]
