"""The connection that a route reads through: read only, and for a few seconds.

A route that takes `Db` cannot write, whatever it runs, and is ended by the server after READ_FOR. Should the server
itself not answer any more, the connection is cut from our side after CUT_AFTER.

Routes are plain functions that run in threads. Threads are few, so none ever waits for a connection: that waiting is
done before, without one. Each change between threads costs more than a statement does, so a route of our `Router`
takes its connection, begins, asks and gives it back in one.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import wraps
from inspect import iscoroutinefunction
from typing import Annotated, Any, TypeVar, cast

import psycopg
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from psycopg import Connection
from psycopg.sql import SQL, Literal

from linernotes.api.edge import WAIT_FOR_A_CONNECTION, Edge, Pool
from linernotes.errors import DatabaseError

READ_FOR = timedelta(seconds=5)
CUT_AFTER = timedelta(seconds=8)
_BEGIN = SQL("begin read only; set local statement_timeout = {}")  # one message to the server, and one answer

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
        await self._enter()
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

    @asynccontextmanager
    async def reading(self, cut_after: timedelta = CUT_AFTER) -> AsyncIterator[Reading]:
        """A connection that is taken and begins to read when it is first used. Raises as `connection` does."""
        await self._enter()
        reading = Reading(self._edge.pool)
        deadline = asyncio.get_running_loop().call_later(cut_after.total_seconds(), reading.cut)
        try:
            yield reading
        finally:
            deadline.cancel()
            try:
                if reading.is_open:
                    await to_thread.run_sync(reading.close, limiter=self._threads)
            finally:
                self._free.release()

    async def _enter(self) -> None:
        """Wait until there is a connection for one more."""
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            await asyncio.wait_for(self._free.acquire(), WAIT_FOR_A_CONNECTION.total_seconds())
        except TimeoutError:
            raise DatabaseError("The database has more questions than it can answer. Ask again shortly.") from None

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


class Reading:
    """A connection in a read-only transaction, from its first use until it is closed; for one thread at a time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._connection: Connection[Any] | None = None
        self._late = False
        self._hold = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether it holds a connection."""
        return self._connection is not None

    def open(self) -> Connection[Any]:
        """The connection. Raises what the pool and PostgreSQL raise, and OperationalError when it is too late."""
        if self._connection is None:
            connection = self._pool.getconn()
            with self._hold:
                self._connection = connection
                if self._late:
                    cut(connection)
            begin_reading(connection)
        return self._connection

    def close(self) -> None:
        """Give it back. Nothing happens when it is closed."""
        with self._hold:  # what is given back is somebody else's, and not to be cut
            connection, self._connection = self._connection, None
        if connection is not None:
            _roll_back(connection)
            self._pool.putconn(connection)

    def cut(self) -> None:
        """It takes too long: whoever waits on it gets an error at once."""
        with self._hold:
            self._late = True
            if self._connection is not None:
                cut(self._connection)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.open(), name)


def in_its_thread(route: Callable[..., Found]) -> Callable[..., Found]:
    """The route, given its connection open, which it gives back in the thread in which it runs."""

    @wraps(route)
    def run(**values: Any) -> Found:
        readings = {name: value for name, value in values.items() if isinstance(value, Reading)}
        try:
            return route(**values | {name: reading.open() for name, reading in readings.items()})
        finally:
            for reading in readings.values():
                reading.close()

    return run


class Router(APIRouter):
    """FastAPI's router, for routes that read: each does all it has to do with the database in one thread."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add a route. One that is a coroutine is left as it is."""
        super().add_api_route(path, endpoint if iscoroutinefunction(endpoint) else in_its_thread(endpoint), **options)


def _roll_back(connection: Connection[Any]) -> None:
    with suppress(psycopg.Error):
        connection.rollback()


def cut(connection: Connection[Any]) -> None:
    """End a connection on which nothing comes any more: whoever waits on it gets an error at once."""
    with suppress(OSError, ValueError), socket.socket(fileno=os.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)


def begin_reading(connection: Connection[Any], read_for: timedelta = READ_FOR) -> None:
    """Begin a transaction that cannot write and whose statements end after `read_for`."""
    milliseconds = round(read_for.total_seconds() * 1000)
    connection.execute(_BEGIN.format(Literal(milliseconds)))


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
    async with turnstile.reading() as reading:
        yield cast("Connection[Any]", reading)


Db = Annotated[Connection[Any], Depends(reading_connection, scope="function")]
"""A connection in a read-only transaction, until the route has returned: an answer that streams takes its own."""


async def with_connection(request: Request, work: Callable[[Connection[Any]], Found]) -> Found:
    """Do something with a connection, in a thread, and give it back: for a route that is not a plain function."""
    turnstile: Turnstile = request.app.state.turnstile
    async with turnstile.connection() as connection:
        return await to_thread.run_sync(work, connection)


async def edge_of(request: Request) -> Edge:
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
    "Reading",
    "Router",
    "Turnstile",
    "begin_reading",
    "cut",
    "edge_of",
    "with_connection",
    "writing",
]
