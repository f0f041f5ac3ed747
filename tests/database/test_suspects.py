"""What may have killed a worker is kept apart from everything else in its next worker's hands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from linernotes.database.store import Store
from linernotes.model.message import Message, Queue, Reject
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues.belt import Belt, Postponed, send_bodies
from tests.database.belts import Clock, settled
from tests.database.belts import sent as send_tracks
from tests.shelf import Only, Shelf


class Table:
    """Two stages of one process; the gathering of each lasts until the test lets it go on."""

    def __init__(self, pool: Any, clock: Clock) -> None:
        self.shell = Shell(Belt(pool, worker="two", now=clock), Store(pool), Only(Shelf()), pool)
        self.gathering: list[str] = []
        self.goes_on = {q: asyncio.Event() for q in Queue}
        self.artists, self.tracks = (self._stage(q) for q in (Queue.ARTIST_DISCOVERY, Queue.PRODUCER_IDENTIFICATION))

    def _stage(self, queue: Queue) -> Any:
        async def gather(messages: Sequence[Message], sources: Any, store: Any) -> dict[int, Any]:
            self.gathering.append(queue)
            await self.goes_on[queue].wait()
            return {}

        def decide(message: Message, facts: Any) -> Reject:
            return Reject(why="the test is over", issue="bad_message", error_class="Test")

        stage = next(s for s in STAGES if s.queue == queue)
        return replace(stage, gather=gather, decide=decide, patience=timedelta(0))

    async def until(self, gathering: list[str]) -> None:
        await until(lambda: self.gathering == gathering)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - it looks at what the product says
            await asyncio.sleep(0.005)  # between two looks


async def killed_its_worker(pool: Any, clock: Clock) -> None:
    """One message that a worker took and never settled, visible again."""
    await send_tracks(pool)
    assert await Belt(pool, worker="one", now=clock).claim(Queue.PRODUCER_IDENTIFICATION, 10)
    clock.pass_by(seconds=31)


def send_artist(db: Any, clock: Clock) -> None:
    send_bodies(db, Queue.ARTIST_DISCOVERY, [{"key": "a", "body": {"artistName": "A"}}], clock())


async def test_a_message_whose_worker_died_is_a_suspect(pool, clock):
    await killed_its_worker(pool, clock)
    (message,) = await Belt(pool, worker="two", now=clock).claim(Queue.PRODUCER_IDENTIFICATION, 10)
    assert (message.attempts, message.suspect) == (2, True)


async def test_a_message_whose_worker_said_why_it_failed_is_none(pool, clock):
    await send_tracks(pool)
    belt = Belt(pool, worker="one", now=clock)
    (message,) = await belt.claim(Queue.PRODUCER_IDENTIFICATION, 10)
    await settled(
        pool, [message], now=clock(), later=[Postponed(message=message, until=clock(), why="down", spent=True)]
    )
    (message,) = await belt.claim(Queue.PRODUCER_IDENTIFICATION, 10)
    assert (message.attempts, message.suspect) == (2, False)


async def test_a_suspect_is_not_taken_while_its_process_has_something_else_in_its_hands(pool, db, clock):
    table = Table(pool, clock)
    await killed_its_worker(pool, clock)
    send_artist(db, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(table.shell.turn(table.artists))
        await table.until([Queue.ARTIST_DISCOVERY])
        group.create_task(table.shell.turn(table.tracks))
        await until(table.shell._claiming.locked)
        for _ in range(50):
            await asyncio.sleep(0.001)  # every chance to take it all the same
        assert db.execute("select read_ct from pgmq.q_producer_identification").fetchall() == [(1,)]
        assert table.gathering == [Queue.ARTIST_DISCOVERY]
        table.goes_on[Queue.ARTIST_DISCOVERY].set()
        await table.until([Queue.ARTIST_DISCOVERY, Queue.PRODUCER_IDENTIFICATION])
        table.goes_on[Queue.PRODUCER_IDENTIFICATION].set()


async def test_nothing_else_is_taken_while_a_suspect_is_in_hand(pool, db, clock):
    table = Table(pool, clock)
    await killed_its_worker(pool, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(table.shell.turn(table.tracks))
        await table.until([Queue.PRODUCER_IDENTIFICATION])
        send_artist(db, clock)
        other = group.create_task(table.shell.turn(table.artists))
        for _ in range(50):
            await asyncio.sleep(0)
        assert db.execute("select read_ct from pgmq.q_artist_discovery").fetchall() == [(0,)]
        table.goes_on[Queue.PRODUCER_IDENTIFICATION].set()
        table.goes_on[Queue.ARTIST_DISCOVERY].set()
        assert (await other).taken == 1
