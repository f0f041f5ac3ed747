"""The scheduler: each tick of each job once, whoever asks for it, until it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.errors import NotFound, RunsAlready
from tests.database.watching import GATE, MINUTE, NOON, Watch, fired, until

# ---- each tick once


async def test_a_job_fires_at_its_ticks_and_at_no_other_time(watch: Watch):
    watch.job("a")
    one = watch.scheduler()
    for _ in range(10):
        watch.now += MINUTE / 2
        await fired(one)
    assert watch.runs() == [(NOON + 2 * MINUTE, "done"), (NOON + 4 * MINUTE, "done")]
    assert watch.noted() == 2


async def test_of_many_schedulers_that_look_at_once_one_fires_each_tick(watch: Watch):
    for name in "abc":
        watch.job(name, "* * * * *")
    schedulers = [watch.scheduler(f"host:{n}") for n in range(8)]
    for _ in range(5):
        watch.now += MINUTE
        await fired(*schedulers)
    for name in "abc":
        assert watch.runs(job=name) == [(NOON + n * MINUTE, "done") for n in range(1, 6)]
        assert watch.noted(name) == 5


async def test_two_sessions_that_ask_for_one_tick_at_the_same_moment_get_it_once(
    watch: Watch, second_connection: Callable[[], Connection[Any]]
):
    watch.job("a")
    ask = "select count(*) from linernotes.claim_job_runs(%s, 'x', interval '1 minute', %s)"
    values = [Jsonb([{"job": "a", "due_at": (NOON + 2 * MINUTE).isoformat()}]), NOON + 2 * MINUTE]
    first, second = second_connection(), second_connection()
    with first.transaction():
        assert first.execute(ask, values).fetchone() == (1,)
        waiting = asyncio.create_task(asyncio.to_thread(lambda: second.execute(ask, values).fetchone()))
        pid = second.info.backend_pid
        waits = "select exists (select from pg_locks where pid = %s and not granted)"
        await until(lambda: watch.db.execute(waits, [pid]).fetchone() == (True,))
    assert await waiting == (0,)
    assert len(watch.runs()) == 1


async def test_ticks_missed_while_nobody_was_up_fire_once_for_the_latest(watch: Watch):
    watch.job("a", "*/2 * * * *")
    watch.now += timedelta(days=3, seconds=61)
    await fired(watch.scheduler())
    assert watch.runs() == [(NOON + timedelta(days=3), "done")]


async def test_a_job_that_is_new_has_missed_nothing(watch: Watch):
    watch.job("a", "0 3 * * *", since=NOON)
    watch.now += MINUTE
    await fired(watch.scheduler())
    assert watch.runs() == []
    watch.now = NOON + timedelta(hours=15)
    await fired(watch.scheduler())
    assert watch.runs() == [(NOON + timedelta(hours=15), "done")]


async def test_a_scheduler_says_how_long_it_may_sleep(watch: Watch):
    watch.job("a", "*/2 * * * *")
    watch.now += MINUTE * 2 - timedelta(seconds=7)
    assert await watch.scheduler().fire() == timedelta(seconds=7)
    watch.now = NOON
    assert await watch.scheduler().fire() == timedelta(seconds=20)


async def test_a_schedule_that_cannot_be_read_keeps_no_other_from_firing(watch: Watch):
    watch.job("a", "at noon")
    watch.job("b")
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert (watch.noted("a"), watch.noted("b")) == (0, 1)


# ---- without a schedule, and until stopped


async def test_a_job_runs_by_hand_whatever_its_schedule(watch: Watch):
    watch.job("a", "0 3 * * *")
    ended = await watch.jobs("me").run_by_hand("a")
    assert (ended.outcome, ended.answer) == ("done", {"result": "a"})
    assert watch.runs("due_at, outcome, run_by") == [(None, "done", "me")]


async def test_a_job_that_runs_is_not_run_by_hand_beside(watch: Watch):
    watch.job("a")
    assert await watch.jobs("two").claim({"a": NOON})
    with pytest.raises(RunsAlready, match="a is running at this moment"):
        await watch.jobs().run_by_hand("a")
    assert len(watch.runs()) == 1
    with pytest.raises(NotFound, match="There is no job 'b'"):
        await watch.jobs().run_by_hand("b")


async def test_a_scheduler_that_is_stopped_finishes_what_runs(
    watch: Watch, second_connection: Callable[[], Connection[Any]]
):
    watch.job("a")
    watch.now += 2 * MINUTE
    one = watch.scheduler()
    with second_connection() as gate:
        gate.execute("select pg_advisory_lock(%s)", [GATE])
        working = asyncio.create_task(one.run())
        await until(lambda: watch.runs("outcome") == [(None,)])
        one.stop()
        gate.execute("select pg_advisory_unlock(%s)", [GATE])
        await asyncio.wait_for(working, 20)
    assert watch.runs("outcome") == [("done",)]


async def test_a_run_that_outlasts_the_grace_period_is_ended_and_rolled_back(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, second_connection: Callable[[], Connection[Any]]
):
    monkeypatch.setattr("linernotes.services.scheduler.GRACE", timedelta(milliseconds=20))
    watch.job("a")
    watch.now += 2 * MINUTE
    one = watch.scheduler()
    with second_connection() as gate:
        gate.execute("select pg_advisory_lock(%s)", [GATE])
        working = asyncio.create_task(one.run())
        await until(lambda: watch.runs("outcome") == [(None,)])
        one.stop()
        await asyncio.wait_for(working, 20)
    assert watch.runs("outcome, error") == [("failed", "its scheduler was stopped in the middle of it")]
    assert watch.noted() == 0
