"""Work on the queues until told to stop, or until nothing is left.

Each stage has loops of its own, so a flood in one queue takes nothing from another. An idle loop sleeps until a
sender wakes it (LISTEN on a connection of its own), with a slow poll behind it, one question for all queues; where
LISTEN is impossible, behind a transaction pooler, the poll alone does the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import psycopg

from linernotes.database.away import database_is_away
from linernotes.database.connect import connect_async
from linernotes.errors import DatabaseError, first_line
from linernotes.logs import get_logger
from linernotes.model.message import Queue
from linernotes.pipeline.shell import STAGES, Shell, Stage
from linernotes.queues.belt import CHANNEL
from linernotes.services.bell import Bell

log = get_logger()

SLOW_POLL = timedelta(seconds=0.8)
"""The end of a lease is announced by nobody, and a dead worker's work is to go on within a second after it."""
RECONNECT_DELAY = timedelta(seconds=1)
GRACE = timedelta(seconds=4)
"""What is in hand at the end is given back within five seconds: those who stop us wait ten, and then kill."""
LINK_CHECK = timedelta(seconds=30)
"""How often a listener that hears nothing asks whether its link is alive, and how long it waits for the answer."""


class Worker:
    """The loops of one process over some of the queues, so many turns at once for each."""

    def __init__(
        self, shell: Shell, *, url: str, queues: Sequence[Queue] = tuple(Queue), concurrency: int = 1
    ) -> None:
        self._shell = shell
        self._url = url
        self._stages = [s for s in STAGES if s.queue in queues]
        self._concurrency = concurrency
        self._bells = {str(s.queue): Bell() for s in self._stages}
        self._stop = asyncio.Event()
        self._listening = False

    def stop(self) -> None:
        """Stop reading; what is in hand is finished first."""
        self._stop.set()
        self._ring_all()

    def _ring_all(self) -> None:
        for bell in self._bells.values():
            bell.ring()

    async def run(self, watch: Callable[[], Awaitable[bool]] | None = None, every: float = 0.25) -> None:
        """Work until `stop`, or until `watch`, asked every so many seconds, answers True.

        What is in hand when it stops has the grace period to be finished; after that it is given back.
        """
        background = [asyncio.create_task(self._listen()), asyncio.create_task(self._poll())]
        loops = [asyncio.create_task(self._loop(s)) for s in self._stages for _ in range(self._concurrency)]
        watcher = asyncio.create_task(self._watch(watch, every)) if watch else None
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([stopping, *loops], return_when=asyncio.FIRST_COMPLETED)
            done, _ = await asyncio.wait(loops, timeout=GRACE.total_seconds())
            for loop in done:
                loop.result()
        finally:
            self.stop()
            for task in (*background, watcher, stopping, *loops):
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
        bell = self._bells[stage.queue]
        while not self._stop.is_set():
            heard = bell.rung
            try:
                if await self._shell.turn(stage):
                    self._ring_behind()
                    continue
            except psycopg.Error as error:
                if not database_is_away(error):
                    raise
                log.warning("the database is away", queue=stage.queue, why=first_line(error))
                await asyncio.sleep(RECONNECT_DELAY.total_seconds())
                await self._shell.belt.look_at_connections()
                continue
            await bell.wait(heard)

    def _ring_behind(self) -> None:
        """After a turn: whoever waits for a full batch looks whether it is time; the senders wake the others."""
        for stage in self._stages:
            if stage.patience or not self._listening:
                self._bells[stage.queue].ring()

    async def _poll(self) -> None:
        """Wake the loops of a queue on which something has become visible by itself, or that nobody announced."""
        queues = [stage.queue for stage in self._stages]
        while not self._stop.is_set():
            await asyncio.sleep(SLOW_POLL.total_seconds())
            try:
                for queue in await self._shell.belt.with_work(queues):
                    self._bells[queue].ring()
            except psycopg.Error as error:
                if not database_is_away(error):
                    log.warning("the slow poll failed", why=first_line(error))
                await self._shell.belt.look_at_connections()

    async def _listen(self) -> None:
        """Wake the loops of a queue when a sender has committed; give up for good only when stopped."""
        while not self._stop.is_set():
            try:
                async with await connect_async(self._url) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    self._listening = True
                    self._ring_all()  # what was sent while nobody listened
                    await self._hear(connection)
            except (psycopg.Error, DatabaseError, TimeoutError) as error:
                log.debug("cannot listen, polling only", why=first_line(error))
            finally:
                self._listening = False
            await asyncio.sleep(RECONNECT_DELAY.total_seconds())

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        """Pass on what is heard. Raises TimeoutError when the link turns out to be half-open."""
        seconds = LINK_CHECK.total_seconds()
        while True:
            async for notice in connection.notifies(timeout=seconds):
                if (bell := self._bells.get(notice.payload)) is not None:
                    bell.ring()
            async with asyncio.timeout(seconds):
                await connection.execute("select 1")
