"""Forgetting somebody while a worker stores them: whoever is first, nothing is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from linernotes.database.forgetting import forget
from linernotes.database.store import store_rows
from linernotes.model.forgetting import ForgetKey
from linernotes.model.rows import LookupRow
from linernotes.sources.cache import Kept, ResponseCache
from tests.database.belts import NOW
from tests.database.conftest import World, person, said
from tests.database.everywhere import places
from tests.database.test_merge_races import wait_until_somebody_waits

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
