"""A TCP proxy that stands between two of ours and breaks the link on command, counting every fault that struck.

It forwards bytes and understands one thing about them: PostgreSQL's COMMIT. A link can be cut, held still with both
ends open (half-open), slowed, or cut around the next COMMIT: before it arrives, after it was carried out but before
its answer comes back, or at once after it left, when nobody can say.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class AroundCommit(Enum):
    """Where to cut a link around its next COMMIT."""

    BEFORE = "before the COMMIT arrived"
    ANSWER = "after the COMMIT, its answer lost"
    AT_ONCE = "as the COMMIT left"


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: Streams, server: Streams) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._answer_is_lost = False
        self._ends_now = False

    async def run(self) -> None:
        """Forward until one end closes or the link is cut."""
        pumps = [
            asyncio.create_task(self._pump(self._client[0], self._server[1], self._from_client)),
            asyncio.create_task(self._pump(self._server[0], self._client[1], self._from_server)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            self.cut()

    def cut(self) -> None:
        """Break both halves at once, as a pulled cable that is noticed."""
        for _, writer in (self._client, self._server):
            writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], bool]
    ) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            while chunk := await reader.read(65536):
                if self._proxy.delay:
                    await asyncio.sleep(self._proxy.delay)
                await self._proxy.open.wait()
                if not look(chunk):
                    return
                writer.write(chunk)
                await writer.drain()
                if self._ends_now:
                    return

    def _from_client(self, chunk: bytes) -> bool:
        proxy = self._proxy
        if COMMIT not in chunk or not proxy.around_commit:
            return True
        fault = proxy.around_commit.popleft()
        if fault is AroundCommit.ANSWER:
            self._answer_is_lost = True
            return True
        proxy.struck[fault.value] += 1
        self._ends_now = fault is AroundCommit.AT_ONCE
        return self._ends_now

    def _from_server(self, chunk: bytes) -> bool:
        if not self._answer_is_lost:
            return True
        if COMMITTED in chunk:
            self._proxy.struck[AroundCommit.ANSWER.value] += 1
        return False


class Proxy:
    """`with Proxy(target) as proxy:` forwards from a port of the kernel's choice. It runs in a thread of its own.

    target is (host, port), or the path of a Unix socket.
    """

    def __init__(self, target: tuple[str, int] | Path) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.open = asyncio.Event()
        self.open.set()
        self.delay = 0.0
        self.around_commit: deque[AroundCommit] = deque()
        self.struck: Counter[str] = Counter()
        self.port = 0

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._server = self._call(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self, count: int, choose: random.Random) -> int:
        """Cut up to so many of the links; how many were."""
        return self._call(self._cut(count, choose))

    def hold(self) -> int:
        """Let nothing through, and leave every connection open; how many links that strikes."""
        return self._call(self._hold())

    def let_go(self) -> None:
        """Forward again."""
        self._loop.call_soon_threadsafe(self.open.set)

    def cut_around_commit(self, fault: AroundCommit) -> None:
        """Cut the link that commits next."""
        self.around_commit.append(fault)

    def _call(self, work: Awaitable[Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)  # type: ignore[arg-type]

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self.open.wait()
            far = await self._connect()
        except (OSError, asyncio.CancelledError):  # cancelled only when the proxy closes
            writer.transport.abort()
            return
        finally:
            self._tasks.discard(task)
        link = Link(self, (reader, writer), far)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)

    async def _connect(self) -> Streams:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(str(self._target))
        return await asyncio.open_connection(*self._target)

    async def _cut(self, count: int, choose: random.Random) -> int:
        links = sorted(self._links, key=id)
        chosen = choose.sample(links, min(count, len(links)))
        for link in chosen:
            link.cut()
        self.struck["links cut"] += len(chosen)
        return len(chosen)

    async def _hold(self) -> int:
        self.open.clear()
        self.struck["links held still"] += len(self._links)
        return len(self._links)

    async def _close(self) -> None:
        self._server.close()
        self.open.set()
        for link in list(self._links):
            link.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.sleep(0.05)
