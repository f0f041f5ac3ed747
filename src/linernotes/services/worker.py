"""Work on the queues until told to stop, or until nothing is left.

Each stage has a loop of its own. An idle loop sleeps until a sender wakes it (LISTEN on a connection of its own) with
a slow poll behind it; where LISTEN is impossible, behind a transaction pooler, the poll alone does the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import psycopg
import structlog

from linernotes.database.connect import connect_async
from linernotes.errors import DatabaseError
from linernotes.model.message import Queue
from linernotes.pipeline.shell import STAGES, Shell, Stage
from linernotes.queues.belt import CHANNEL

log = structlog.get_logger()

SLOW_POLL = timedelta(seconds=0.8)
"""The end of a lease is announced by nobody, and a dead worker's work is to go on within a second after it."""
RECONNECT_DELAY = timedelta(seconds=1)
GRACE = timedelta(seconds=4)
"""What is in hand at the end is given back within five seconds: those who stop us wait ten, and then kill."""


class Worker:
    """The loops of one process over some of the queues."""

    def __init__(self, shell: Shell, *, url: str, queues: Sequence[Queue] = tuple(Queue)) -> None:
        self._shell = shell
        self._url = url
        self._stages = [s for s in STAGES if s.queue in queues]
        self._wake = {s.queue: asyncio.Event() for s in self._stages}
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Stop reading; what is in hand is finished first."""
        self._stop.set()
        for event in self._wake.values():
            event.set()

    async def run(self, watch: Callable[[], Awaitable[bool]] | None = None, every: float = 0.25) -> None:
        """Work until `stop`, or until `watch`, asked every so many seconds, answers True.

        What is in hand when it stops has the grace period to be finished; after that it is given back.
        """
        listener = asyncio.create_task(self._listen())
        loops = [asyncio.create_task(self._loop(stage)) for stage in self._stages]
        watcher = asyncio.create_task(self._watch(watch, every)) if watch else None
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([stopping, *loops], return_when=asyncio.FIRST_COMPLETED)
            done, _ = await asyncio.wait(loops, timeout=GRACE.total_seconds())
            for loop in done:
                loop.result()
        finally:
            self.stop()
            for task in (listener, watcher, stopping, *loops):
                if task is not None:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    async def run_once(self) -> int:
        """One pass: every stage in the order of the belt, each until nothing visible is left; how many messages."""
        taken = 0
        for stage in self._stages:
            while not self._stop.is_set() and (turned := await self._shell.turn(stage)):
                taken += turned.taken
        return taken

    async def _watch(self, watch: Callable[[], Awaitable[bool]], every: float) -> None:
        try:
            while not self._stop.is_set():
                if await watch():
                    return
                await asyncio.sleep(every)
        finally:
            self.stop()

    async def _loop(self, stage: Stage) -> None:
        wake = self._wake[stage.queue]
        while not self._stop.is_set():
            wake.clear()
            try:
                if await self._shell.turn(stage):
                    for event in self._wake.values():
                        event.set()
                    continue
            except psycopg.OperationalError as error:
                log.warning("the database is away", queue=stage.queue, why=str(error).split("\n")[0])
                await asyncio.sleep(RECONNECT_DELAY.total_seconds())
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), SLOW_POLL.total_seconds())

    async def _listen(self) -> None:
        """Wake the loop of a queue when a sender has committed; give up for good only when stopped."""
        while not self._stop.is_set():
            try:
                connection = await connect_async(self._url)
                async with connection:
                    await connection.execute(f"listen {CHANNEL}")
                    async for notice in connection.notifies():
                        if (event := self._wake.get(notice.payload)) is not None:  # type: ignore[call-overload]
                            event.set()
            except (psycopg.Error, DatabaseError) as error:
                log.debug("cannot listen, polling only", why=str(error).split("\n")[0])
            await asyncio.sleep(RECONNECT_DELAY.total_seconds())
