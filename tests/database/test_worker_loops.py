"""The loops of a worker: how many turns at once, and nobody stands in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.database.connect import open_pool
from linernotes.database.store import Store
from linernotes.model.catalogue import ArtistFact
from linernotes.model.message import Queue
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues.belt import Belt
from linernotes.services.worker import Worker
from tests.database.test_away import comes_true
from tests.shelf import Only, Shelf

BATCH = next(s.batch for s in STAGES if s.queue is Queue.ARTIST_DISCOVERY)


class Slow(Shelf):
    """A source that answers for artists only when it is let; the rest at once."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()
        self.waiting = 0

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        self.waiting += 1
        await self.let.wait()
        self.waiting -= 1
        return await super().artists(name)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@asynccontextmanager
async def working(pool: Any, url: str, shelf: Shelf, **options: Any) -> AsyncIterator[Shell]:
    belt = Belt(pool, worker="one", now=lambda: datetime.now(UTC))
    shell = Shell(belt, Store(pool), Only(shelf), pool)
    worker = Worker(shell, url=url, **options)
    running = asyncio.create_task(worker.run())
    try:
        yield shell
    finally:
        worker.stop()
        await running


def send(db: Connection[Any], names: Sequence[str]) -> None:
    bodies = [Jsonb({"artistName": n, "source": "test"}) for n in names]
    db.execute("select count(*) from pgmq.send_batch('artist_discovery', %s::jsonb[])", [bodies])
    db.execute("notify linernotes, 'artist_discovery'")


async def test_a_queue_that_waits_for_its_source_holds_up_no_other(pool, db, database_url, slow):
    send(db, [f"Nobody {n}" for n in range(200)])
    async with working(pool, database_url, slow) as shell:
        await comes_true(lambda: slow.waiting > 0, 20)
        nowhere = Jsonb({"trackId": str(uuid4()), "source": "test"})
        db.execute("select linernotes.queue_send('producer_identification', %s)", [nowhere])
        refused = "select count(*) = 1 from linernotes.dead_letters where queue_name = 'producer_identification'"
        await comes_true(lambda: db.execute(refused).fetchone()[0], 20)
        assert slow.waiting == 1
        assert shell.in_hand == BATCH
        slow.let.set()


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_a_worker_has_no_more_turns_of_one_queue_in_hand_than_it_was_told(
    pool, db, database_url, slow, concurrency
):
    send(db, [f"Nobody {n}" for n in range(5 * BATCH)])
    async with working(pool, database_url, slow, concurrency=concurrency) as shell:
        await comes_true(lambda: shell.in_hand == concurrency * BATCH, 20)
        assert slow.waiting == concurrency
        slow.let.set()
        await comes_true(lambda: shell.tally.buried == 5 * BATCH, 20)
    assert db.execute("select count(*) from pgmq.q_artist_discovery").fetchone() == (0,)
    assert db.execute("select count(*) from processing_locks").fetchone() == (0,)


async def test_what_is_sent_while_every_loop_sleeps_is_begun_at_once_without_a_poll(
    pool, db, database_url, slow, monkeypatch
):
    monkeypatch.setattr("linernotes.services.worker.SLOW_POLL", timedelta(days=1))
    slow.let.set()
    listening = "select count(*) = 1 from pg_stat_activity where query ilike 'listen%%' and state = 'idle'"
    async with working(pool, database_url, slow) as shell:
        await comes_true(lambda: db.execute(listening).fetchone()[0], 20)
        send(db, ["Artist"])
        await comes_true(lambda: shell.tally.rows.get("ClaimRow", 0) == 2, 20)


async def test_a_worker_holds_few_connections_however_many_turns_it_may_have_and_two_when_it_is_idle(
    pool, db, database_url, slow, monkeypatch
):
    monkeypatch.setattr("linernotes.database.connect.IDLE_FOR", timedelta(seconds=1))
    others = (
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend'"
    )
    slow.let.set()
    before = db.execute(others).fetchone()[0]
    async with await open_pool(database_url, 4) as own, working(own, database_url, slow, concurrency=8) as shell:
        send(db, ["Artist", *(f"Nobody {n}" for n in range(100))])
        await comes_true(lambda: shell.tally.rows.get("ClaimRow", 0) == 2, 20)
        assert db.execute(others).fetchone()[0] <= before + 5
        await comes_true(lambda: db.execute(others).fetchone()[0] == before + 2, 30)
