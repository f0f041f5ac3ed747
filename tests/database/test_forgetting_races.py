"""Forgetting somebody while a worker stores them: whoever is first, nothing is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from linernotes.database.forgetting import forget
from linernotes.database.store import Store, store_rows
from linernotes.errors import SettingsError
from linernotes.model.forgetting import ForgetKey
from linernotes.model.message import Queue
from linernotes.model.rows import LookupRow
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.sources.cache import Kept, ResponseCache
from tests.database.belts import NOW
from tests.database.conftest import World, person, said
from tests.database.everywhere import places
from tests.database.runs import Run
from tests.database.test_merge_races import wait_until_somebody_waits
from tests.shelf import Only

KEY = ForgetKey(bytes(range(32)))
ADA = person("Ada Lindqvist", "discogs:424242")


@pytest.fixture
def world(pool: Any, db: psycopg.Connection[Any]) -> World:
    return World(pool, db, forget_key=KEY)


async def test_a_worker_that_stores_them_while_they_are_forgotten_stores_nothing(
    world: World, db, second_connection: Callable[[], Connection[Any]]
) -> None:
    track, late = await world.track("Song"), await world.track("Late")
    ada = (await world.claim(track, said(track, ADA)))[ADA.key]
    forgetting = second_connection()
    with forgetting.transaction():
        forget(forgetting, ada, KEY, NOW)  # not yet committed
        working = asyncio.create_task(world.claim(late, said(late, ADA)))
        await asyncio.to_thread(wait_until_somebody_waits, forgetting)
    assert await working == {}
    assert places(db, "lindqvist", "424242") == []


async def test_who_is_being_stored_while_they_are_forgotten_is_erased(
    world: World, db, second_connection: Callable[[], Connection[Any]]
) -> None:
    track, late = await world.track("Song"), await world.track("Late")
    ada = (await world.claim(track, said(track, ADA)))[ADA.key]
    lookup = LookupRow(recording_id=late.recording_id, track_id=late.id, source="test", claims=1)
    async with world.pool.connection() as connection, connection.transaction():
        await store_rows(connection, [lookup, said(late, ADA)], [], NOW, KEY)  # not yet committed
        forgetting = asyncio.create_task(asyncio.to_thread(forget, second_connection(), ada, KEY, NOW))
        await asyncio.to_thread(wait_until_somebody_waits, db)
    receipt = await forgetting
    assert receipt.erased["claims"] == 2
    assert places(db, "lindqvist", "424242") == []


async def test_an_answer_that_is_kept_while_they_are_forgotten_is_not_kept(
    world: World, pool: Any, db, second_connection: Callable[[], Connection[Any]]
) -> None:
    track = await world.track("Song")
    ada = (await world.claim(track, said(track, ADA)))[ADA.key]
    cache = ResponseCache(pool, lambda: KEY)
    kept = Kept(status=200, body=b'{"people": ["Ada Lindqvist"]}', fetched_at=NOW)
    forgetting = second_connection()
    with forgetting.transaction():
        forget(forgetting, ada, KEY, NOW)
        keeping = asyncio.create_task(cache.keep("discogs", "GET release/1", kept, NOW.replace(year=2030)))
        await asyncio.to_thread(wait_until_somebody_waits, forgetting)
    await keeping
    assert db.execute("select count(*) from linernotes.responses").fetchone() == (0,)


async def test_an_answer_that_was_not_looked_through_is_not_kept(world: World, pool: Any, db) -> None:
    track = await world.track("Song")
    forget(db, (await world.claim(track, said(track, ADA)))[ADA.key], KEY, NOW)
    kept = Kept(status=200, body=b'{"people": ["Bo Ek"]}', fetched_at=NOW)
    await ResponseCache(pool).keep("discogs", "GET release/1", kept, NOW.replace(year=2030))
    assert db.execute("select count(*) from linernotes.responses").fetchone() == (0,)
    await ResponseCache(pool, lambda: KEY).keep("discogs", "GET release/1", kept, NOW.replace(year=2030))
    assert db.execute("select count(*) from linernotes.responses").fetchone() == (1,)


async def test_a_running_worker_without_the_key_ends_and_gives_back_what_it_holds(run: Run, pool: Any, db) -> None:
    run.start()
    track = await World(pool, db, forget_key=KEY).track("Song")
    ada = (await World(pool, db, forget_key=KEY).claim(track, said(track, ADA)))[ADA.key]
    for queue in (Queue.ARTIST_DISCOVERY, Queue.ALBUM_DISCOVERY, Queue.TRACK_DISCOVERY):
        await run.shell.turn(next(s for s in STAGES if s.queue is queue))
    forget(db, ada, KEY, NOW)
    credits_stage = next(s for s in STAGES if s.queue is Queue.PRODUCER_IDENTIFICATION)
    waiting = db.execute("select count(*) from pgmq.q_producer_identification").fetchone()
    for _ in range(8):  # as often as it is started again
        with pytest.raises(SettingsError, match="LINERNOTES_FORGET_KEY"):
            await run.shell.turn(credits_stage, limit=10)
    assert db.execute("select count(*) from linernotes.dead_letters").fetchone() == (0,)
    assert db.execute("select count(*) from pgmq.q_producer_identification").fetchone() == waiting
    with_key = Shell(run.shell.belt, Store(pool), Only(run.shelf), pool, lambda: KEY)
    assert len((await with_key.turn(credits_stage, limit=10)).done) > 0
