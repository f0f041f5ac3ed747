"""One statement on a connection of the pool, under a deadline of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from linernotes.errors import DatabaseError

Pool = AsyncConnectionPool[AsyncConnection[Any]]

DEADLINE = 20.0
"""Seconds. The server's statement_timeout does not free a client on a half-open connection."""


async def run(pool: Pool, statement: LiteralString, values: Mapping[str, object]) -> list[dict[str, Any]]:
    """The rows of a statement (none for one that returns no rows). Raises DatabaseError past the deadline."""
    try:
        async with asyncio.timeout(DEADLINE), pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(statement, values)
            return await cursor.fetchall() if cursor.description else []
    except TimeoutError:
        raise DatabaseError(
            f"PostgreSQL did not answer within {DEADLINE:.0f} s. Look whether it is up and reachable."
        ) from None
