"""The connection that a route reads through: read only, and for a few seconds.

A route that takes `Db` cannot write, whatever it runs, and is ended by the server after READ_FOR. Should the server
itself not answer any more, the connection is cut from our side after CUT_AFTER.

Routes are plain functions that run in threads. Threads are few, so none ever waits for a connection: that waiting is
done before, without one.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from typing import Annotated, Any, TypeVar

import psycopg
from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from psycopg import Connection

from linernotes.api.edge import WAIT_FOR_A_CONNECTION, Edge
from linernotes.errors import DatabaseError

READ_FOR = timedelta(seconds=5)
CUT_AFTER = timedelta(seconds=8)

Found = TypeVar("Found")


class Turnstile:
    """Lets as many requests to the database as it has connections for; the others wait outside, in the event loop."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge
        self._free = asyncio.Semaphore(edge.size)
        self._threads = CapacityLimiter(2 * edge.size)

    @asynccontextmanager
    async def connection(self, cut_after: timedelta = CUT_AFTER) -> AsyncIterator[Connection[Any]]:
        """A connection for one request. Raises DatabaseError when none is to be had, or it was cut."""
        try:
            await asyncio.wait_for(self._free.acquire(), WAIT_FOR_A_CONNECTION.total_seconds())
        except TimeoutError:
            raise DatabaseError("The database has more questions than it can answer. Ask again shortly.") from None
        try:
            connection = await self._taken()
            deadline = asyncio.get_running_loop().call_later(cut_after.total_seconds(), cut, connection)
            try:
                yield connection
            finally:
                try:
                    await to_thread.run_sync(_roll_back, connection, limiter=self._threads)
                finally:
                    deadline.cancel()  # before others can have it
                    self._edge.pool.putconn(connection)
        finally:
            self._free.release()

    async def _taken(self) -> Connection[Any]:
        """A connection of the pool. When we are cancelled meanwhile, the thread that fetches it gives it back."""
        getting = asyncio.ensure_future(to_thread.run_sync(self._edge.pool.getconn, limiter=self._threads))
        try:
            return await asyncio.shield(getting)
        except asyncio.CancelledError:
            getting.add_done_callback(self._not_wanted)
            raise

    def _not_wanted(self, getting: asyncio.Future[Connection[Any]]) -> None:
        if not getting.cancelled() and getting.exception() is None:
            self._edge.pool.putconn(getting.result())


def _roll_back(connection: Connection[Any]) -> None:
    with suppress(psycopg.Error):
        connection.rollback()


def cut(connection: Connection[Any]) -> None:
    """End a connection on which nothing comes any more: whoever waits on it gets an error at once."""
    with suppress(OSError, ValueError), socket.socket(fileno=os.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


def begin_reading(connection: Connection[Any], read_for: timedelta = READ_FOR) -> None:
    """Begin a transaction that cannot write and whose statements end after `read_for`."""
    connection.execute("begin read only")
    milliseconds = str(round(read_for.total_seconds() * 1000))
    connection.execute("select pg_catalog.set_config('statement_timeout', %s, true)", [milliseconds])


@contextmanager
def writing(db: Connection[Any]) -> Iterator[None]:
    """A transaction that may write, each statement of it for as long as one that reads."""
    with db.transaction():
        milliseconds = str(round(READ_FOR.total_seconds() * 1000))
        db.execute("select pg_catalog.set_config('statement_timeout', %s, true)", [milliseconds])
        yield


async def reading_connection(request: Request) -> AsyncIterator[Connection[Any]]:
    """The dependency behind `Db`."""
    turnstile: Turnstile = request.app.state.turnstile
    async with turnstile.connection() as connection:
        await to_thread.run_sync(begin_reading, connection)
        yield connection


Db = Annotated[Connection[Any], Depends(reading_connection, scope="function")]
"""A connection in a read-only transaction, until the route has returned: an answer that streams takes its own."""


async def with_connection(request: Request, work: Callable[[Connection[Any]], Found]) -> Found:
    """Do something with a connection, in a thread, and give it back: for a route that is not a plain function."""
    turnstile: Turnstile = request.app.state.turnstile
    async with turnstile.connection() as connection:
        return await to_thread.run_sync(work, connection)


def edge_of(request: Request) -> Edge:
    """The dependency behind `EdgeOf`."""
    found: Edge = request.app.state.edge
    return found


EdgeOf = Annotated[Edge, Depends(edge_of)]
"""What the interface was created with."""

__all__ = [
    "CUT_AFTER",
    "READ_FOR",
    "Db",
    "EdgeOf",
    "Turnstile",
    "begin_reading",
    "cut",
    "edge_of",
    "with_connection",
    "writing",
]
