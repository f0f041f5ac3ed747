"""A link between us and PostgreSQL that a test can freeze with both ends open, cut, or close to new connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from psycopg.conninfo import conninfo_to_dict, make_conninfo

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Link:
    """Forwards from a port of the kernel's choice to the server's Unix socket."""

    def __init__(self, url: str) -> None:
        self._parts = conninfo_to_dict(url)
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.Task[None]] = set()
        self._refusing = False
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The database, over this link."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        user, name = self._parts["user"], self._parts["dbname"]
        return f"postgresql://{user}@127.0.0.1:{port}/{name}"

    def freeze(self) -> None:
        """From now on every byte is taken and none is passed on."""
        self._flows.clear()

    def go_away(self) -> None:
        """Cut what is connected, and refuse what comes."""
        self._refusing = True
        for task in self._open:
            task.cancel()

    def come_back(self) -> None:
        """As at the beginning."""
        self._refusing = False
        self._flows.set()

    async def __aenter__(self) -> Link:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.go_away()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        folder, port = self._parts["host"], self._parts.get("port") or 5432
        server = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        pumps = [
            asyncio.create_task(self._pump(reader, server[1])),
            asyncio.create_task(self._pump(server[0], writer)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.discard(task)
            for pump in pumps:
                pump.cancel()
            for end in (writer, server[1]):
                end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(65536):
                await self._flows.wait()
                writer.write(chunk)
                await writer.drain()


@asynccontextmanager
async def link_to(url: str) -> AsyncIterator[Link]:
    """A link to this database until the end of the block."""
    async with Link(make_conninfo(url)) as link:
        yield link
