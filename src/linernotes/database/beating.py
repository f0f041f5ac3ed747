"""Something that is done again and again beside other work, whether or not the database is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import psycopg


@asynccontextmanager
async def beating(beat: Callable[[], Awaitable[object]], every: timedelta) -> AsyncIterator[None]:
    """Await `beat` every so often while the block runs. One that the database fails is tried again next time.

    That it is over is said twice, since a cancellation can be lost: a pool that hands out a connection at that very
    moment swallows it (Python 3.11's asyncio.wait_for does). Whoever waited for such a beat would wait for ever.
    """
    over = False

    async def beat_on() -> None:
        while not over:
            await asyncio.sleep(every.total_seconds())
            with suppress(psycopg.Error):
                await beat()

    task = asyncio.create_task(beat_on())
    try:
        yield
    finally:
        over = True
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
