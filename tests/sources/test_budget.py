"""The turns of a source, shared through the database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from linernotes.errors import SourceBusy
from linernotes.sources.budget import LONGEST_HINT, PATIENCE, Budget, Rate
from tests.sources.conftest import Hands

SECOND = Rate(interval=timedelta(seconds=1), concurrency=100)


async def take(budget: Budget, hands: Hands) -> float:
    async with budget.turn():
        return hands.time.timestamp()


async def test_the_first_turn_is_there_at_once(pool: AsyncConnectionPool[Any], hands: Hands) -> None:
    await take(Budget(pool, "s", SECOND, hands.clock), hands)
    assert hands.slept == []


async def test_turns_of_two_workers_are_an_interval_apart(pool: AsyncConnectionPool[Any], hands: Hands) -> None:
    one, two = Budget(pool, "s", SECOND, hands.clock), Budget(pool, "s", SECOND, hands.clock)
    times = [await take(budget, hands) for budget in (one, two, two, one)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(1 <= gap < 1.01 for gap in gaps)


async def test_sources_do_not_wait_for_each_other(pool: AsyncConnectionPool[Any], hands: Hands) -> None:
    await take(Budget(pool, "s", SECOND, hands.clock), hands)
    await take(Budget(pool, "other", SECOND, hands.clock), hands)
    assert hands.slept == []


async def test_a_request_that_left_late_moves_the_next_turn(pool: AsyncConnectionPool[Any], hands: Hands) -> None:
    budget = Budget(pool, "s", SECOND, hands.clock)
    await take(budget, hands)
    hands.time += timedelta(seconds=0.4)  # the connection took a while
    await budget.sent()
    await take(budget, hands)
    assert 1 <= sum(hands.slept) < 1.01


async def test_a_pause_is_never_shortened(
    pool: AsyncConnectionPool[Any], hands: Hands, db: psycopg.Connection
) -> None:
    budget = Budget(pool, "s", SECOND, hands.clock)
    await budget.pause(timedelta(minutes=10), "long")
    await budget.pause(timedelta(minutes=1), "short")
    with pytest.raises(SourceBusy) as caught:
        await take(budget, hands)
    assert (caught.value.wait, caught.value.why) == (timedelta(minutes=10), "long")
    assert db.execute("select calls, paused_why from linernotes.budgets").fetchall() == [(0, "long")]


async def test_a_line_that_is_too_long_sends_the_work_away(pool: AsyncConnectionPool[Any], hands: Hands) -> None:
    budget = Budget(pool, "s", Rate(interval=timedelta(seconds=30), concurrency=100), hands.clock)
    results = await asyncio.gather(*(take(budget, hands) for _ in range(6)), return_exceptions=True)
    served = [r for r in results if isinstance(r, float)]
    assert len(served) == 1 + int(PATIENCE / timedelta(seconds=30)) - 1
    assert sum(isinstance(r, SourceBusy) for r in results) == 6 - len(served)


async def test_no_more_requests_than_allowed_are_unanswered_at_once(
    pool: AsyncConnectionPool[Any], hands: Hands
) -> None:
    budget = Budget(pool, "s", Rate(interval=timedelta(0), concurrency=2), hands.clock)
    async with budget.turn():
        assert not budget._slots.locked()
        async with budget.turn():
            assert budget._slots.locked()
        assert not budget._slots.locked()


async def test_nobody_holds_a_connection_while_waiting(pool: AsyncConnectionPool[Any], hands: Hands) -> None:
    budget = Budget(pool, "s", SECOND, hands.clock)
    held: list[int] = []

    async def look(seconds: float) -> None:
        stats = pool.get_stats()
        held.append(stats["pool_size"] - stats["pool_available"])
        await hands.sleep(seconds)

    budget._clock = type(hands.clock)(now=hands.now, sleep=look, shared=hands.now)
    await take(budget, hands)
    await take(budget, hands)
    assert held == [0]


TAKE = "select granted from linernotes.take_turn('s', '1 hour')"


async def test_of_two_transactions_that_want_a_turn_one_gets_it(any_database_url: str) -> None:
    connect = psycopg.AsyncConnection.connect
    async with (
        await connect(any_database_url) as first,
        await connect(any_database_url) as second,
        await connect(any_database_url, autocommit=True) as watcher,
    ):
        await watcher.execute("insert into linernotes.budgets (source, next_at) values ('s', '-infinity')")
        assert await (await first.execute(TAKE)).fetchone() == (True,)
        waiting = asyncio.create_task(second.execute(TAKE))
        blocked = f"select {second.info.backend_pid} in (select pid from pg_locks where not granted)"
        async with asyncio.timeout(20):
            while await (await watcher.execute(blocked)).fetchone() != (True,):
                pass  # until it stands in line
        await first.commit()
        assert await (await waiting).fetchone() == (False,)


async def test_a_turn_counts_from_when_it_was_got_not_from_when_it_was_asked_for(any_database_url: str) -> None:
    async with await psycopg.AsyncConnection.connect(any_database_url) as connection:
        await connection.execute("select 1")  # the transaction's time stands still from here
        await connection.execute("select linernotes.take_turn('s', '0')")
        later = await connection.execute("select next_at > transaction_timestamp() from linernotes.budgets")
        assert await later.fetchone() == (True,)


async def test_who_waits_in_a_shared_line_asks_the_database_once(
    pool: AsyncConnectionPool[Any], hands: Hands
) -> None:
    places = iter(timedelta(seconds=n) for n in (0, 1.01))

    async def place(source: str, interval: timedelta) -> timedelta:
        return next(places)

    budget = Budget(pool, "s", SECOND, hands.clock, place)
    await take(budget, hands)
    await take(budget, hands)
    assert hands.slept == [1.01]


@pytest.mark.parametrize("said", [timedelta(0), timedelta(days=300)])
async def test_a_shared_line_that_lies_grants_nothing_and_holds_nobody_for_long(
    pool: AsyncConnectionPool[Any], hands: Hands, said: timedelta
) -> None:
    async def place(source: str, interval: timedelta) -> timedelta:
        return said

    budget = Budget(pool, "s", SECOND, hands.clock, place)
    times = [await take(budget, hands) for _ in range(3)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(1 <= gap <= LONGEST_HINT.total_seconds() + 1.01 for gap in gaps)
