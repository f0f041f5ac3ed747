"""Merging while others merge and store: one is done, and no credit is left behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from psycopg import Connection

from linernotes.database import decisions
from tests.database.conftest import World, person, said
from tests.database.merging import (
    ADA_AT_DISCOGS,
    BY_ME,
    credits,
    merged,
    producer,
    two_sources,
)


async def test_of_two_who_merge_the_same_two_at_once_one_does(
    world: World, second_connection: Callable[[], Connection[Any]]
):
    await two_sources(world)
    a, b = producer(world, "A. Lind"), producer(world, "Ada Lind")
    made: list[bool] = []
    start = threading.Barrier(2)

    def run(db: Connection[Any], one: UUID, other: UUID) -> None:
        start.wait()
        made.append(decisions.merge(db, one, other, BY_ME))

    threads = [threading.Thread(target=run, args=(second_connection(), *pair)) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]
    assert len(merged(world.db)) == 1
    assert len({row[1] for row in credits(world.db)}) == 1


async def test_a_worker_that_stores_claims_while_two_are_merged_credits_who_they_are_now(
    world: World, second_connection: Callable[[], Connection[Any]]
):
    await two_sources(world)
    a, b = producer(world, "A. Lind"), producer(world, "Ada Lind")
    late = await world.track("Late")
    merging = second_connection()
    with merging.transaction():
        assert decisions.merge(merging, a, b, BY_ME)  # not yet committed
        claim = said(late, ADA_AT_DISCOGS, source="discogs")
        working = asyncio.create_task(world.claim(late, claim, source="discogs"))
        await asyncio.to_thread(wait_until_somebody_waits, merging)
    await working
    assert world.credits(late) == [("Ada Lind", "producer", 0.95)]


def wait_until_somebody_waits(db: Connection[Any]) -> None:
    """Until a session stands before a lock."""
    for _ in range(100_000):
        if db.execute("select count(*) from pg_locks where locktype = 'advisory' and not granted").fetchone() != (0,):
            return
    raise AssertionError("nobody waited")


async def test_workers_that_bring_a_shared_id_at_once_merge_once(world: World):
    await two_sources(world)
    tracks = [await world.track(f"More {n}") for n in range(6)]
    both = person("Ada", "musicbrainz:a", "discogs:1")
    await asyncio.gather(*(world.claim(t, said(t, both), source="list") for t in tracks))
    assert merged(world.db) == [("A. Lind", "Ada Lind")]
    assert {name for name, _, _ in world.credits()} == {"Ada Lind"}
