"""The runs of a job: one at a time, each kept alive while it goes on, each leaving its trace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from linernotes.services import jobs as jobs_module
from linernotes.services.jobs import LEASE
from tests.database.watching import GATE, MINUTE, NOON, Watch, fired, until

# ---- one run at a time


async def test_a_run_that_still_goes_on_when_the_next_is_due_is_not_started_twice(
    watch: Watch, second_connection: Callable[[], Connection[Any]]
):
    watch.job("a")
    one, two = watch.scheduler("one"), watch.scheduler("two")
    with second_connection() as gate:
        gate.execute("select pg_advisory_lock(%s)", [GATE])
        watch.now += 2 * MINUTE
        await one.fire()
        await until(lambda: watch.runs("outcome") == [(None,)])
        for _ in range(3):  # far longer than a lease: who works inside the database is not taken for dead
            watch.now += 2 * MINUTE
            await asyncio.gather(one.fire(), two.fire())
        assert watch.runs("outcome") == [(None,), ("skipped",), ("skipped",), ("skipped",)]
        gate.execute("select pg_advisory_unlock(%s)", [GATE])
        await one.settled()
    assert watch.noted() == 1
    watch.now += 2 * MINUTE
    await fired(one, two)
    assert [row[0] for row in watch.runs("outcome")].count("done") == 2
    assert watch.runs("error")[1] == ("the run before it still went on",)


async def test_a_run_is_kept_alive_while_its_worker_works(
    watch: Watch, second_connection: Callable[[], Connection[Any]]
):
    watch.job("a", target="cronQueueProcessor", runs="worker")
    jobs = watch.jobs()
    (job,) = await jobs.read()
    run = (await jobs.claim({"a": NOON}))["a"]
    with second_connection() as gate, gate.transaction():
        gate.execute("lock table queue_registry in access exclusive mode")
        working = asyncio.create_task(jobs.run(job, run))
        waits = "select exists (select from pg_locks where not granted)"
        await until(lambda: watch.db.execute(waits).fetchone() == (True,))
        for _ in range(5):
            watch.now += LEASE / 2
            await jobs.renew()
            assert await watch.jobs("two").claim({}) == {}
        assert watch.runs("outcome") == [(None,)]
    assert (await working).outcome == "done"
    assert watch.runs("outcome") == [("done",)]


async def test_what_a_dead_scheduler_left_is_lost_and_the_next_tick_fires(watch: Watch):
    watch.job("a")
    watch.now += 2 * MINUTE
    assert await watch.jobs("dead:1").claim({"a": watch.now})
    watch.now += timedelta(seconds=30)
    await fired(watch.scheduler())
    assert watch.runs("outcome") == [(None,)]
    watch.now += timedelta(seconds=90)
    await fired(watch.scheduler())
    assert watch.runs("outcome, error, run_by") == [
        ("lost", "dead:1 gave no sign of life any more", "dead:1"),
        ("done", None, "one"),
    ]


async def test_a_lost_run_is_told_even_when_its_job_is_not_due_for_long(watch: Watch):
    watch.job("a", "0 3 * * *")
    assert await watch.jobs("dead:1").claim({"a": NOON})
    watch.now += 2 * LEASE
    await fired(watch.scheduler())
    assert watch.runs("outcome") == [("lost",)]


async def test_who_lost_its_run_changes_nothing_any_more(watch: Watch):
    watch.job("a")
    slow = watch.jobs("slow")
    (job,) = await slow.read()
    run = (await slow.claim({"a": NOON}))["a"]
    watch.now += 2 * LEASE
    await watch.jobs("two").claim({})
    ended = await slow.run(job, run)
    assert ended.outcome == "failed"
    assert watch.noted() == 0
    assert watch.runs("outcome, error") == [("lost", "slow gave no sign of life any more")]


# ---- what a run leaves


async def test_a_run_leaves_its_times_its_answer_and_who_ran_it(watch: Watch):
    watch.job("a")
    watch.now += 2 * MINUTE
    await fired(watch.scheduler("host:5"))
    columns = "due_at, started_at, finished_at, outcome, error, answer, run_by"
    assert watch.runs(columns) == [(watch.now, watch.now, watch.now, "done", None, {"result": "a"}, "host:5")]


async def test_a_job_that_fails_says_why_and_keeps_no_other_from_running(watch: Watch):
    watch.job("a", target="linernotes.fail")
    watch.job("b")
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert watch.runs("outcome, error") == [("failed", "RaiseException: there is no luck today")]
    assert watch.noted("b") == 1
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert len(watch.runs()) == 2


async def test_the_end_of_a_run_is_written_down_though_every_idle_connection_was_cut(
    watch: Watch, second_connection: Callable[[], Connection[Any]]
):
    watch.job("a", target="cronQueueProcessor", runs="worker")
    jobs = watch.jobs()
    (job,), *_ = await asyncio.gather(*(jobs.read() for _ in range(4)))  # which opens several connections
    run = (await jobs.claim({"a": NOON}))["a"]
    with second_connection() as gate, gate.transaction():
        gate.execute("lock table queue_registry in access exclusive mode")
        working = asyncio.create_task(jobs.run(job, run))
        waits = (
            "select exists (select from pg_stat_activity"
            " where wait_event_type = 'Lock' and datname = current_database())"
        )
        await until(lambda: watch.db.execute(waits).fetchone() == (True,))
        cut = watch.db.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database()"
            " and state = 'idle' and pid not in (pg_backend_pid(), %s)",
            [gate.info.backend_pid],
        ).fetchone()
    await working
    assert cut is not None
    assert cut[0] >= 1
    assert [finished is not None for (finished,) in watch.runs("finished_at")] == [True]


@pytest.mark.parametrize(
    ("runs", "target", "why"),
    [
        ("function", "pg_catalog.pg_terminate_backend", "is no function of schema public or linernotes"),
        ("function", "nothing", "is no function of schema"),
        ("function", "linernotes.nothing", "does not exist"),
        ("worker", "nothing", "There is no worker 'nothing'"),
        ("chore", "nothing", "which does not exist"),
    ],
)
async def test_a_job_that_runs_what_does_not_exist_fails_with_a_sentence(
    watch: Watch, runs: str, target: str, why: str
):
    watch.job("a", target=target, runs=runs)
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    ((outcome, error),) = watch.runs("outcome, error")
    assert outcome == "failed"
    assert why in error


async def test_a_workers_job_takes_as_many_messages_as_it_says_and_keeps_no_names(watch: Watch):
    watch.job("a", target="artistDiscovery", runs="worker", batch_size=15)
    for n in range(20):
        watch.office.start(f"Nobody {n}")
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert watch.office.waiting("artist_discovery") == 5
    assert watch.runs("outcome, answer") == [("done", {"success": True, "processed": 0, "errors": 15})]


async def test_a_worker_without_success_is_a_failed_run(watch: Watch):
    watch.job("a", target="artistDiscovery", runs="worker")
    watch.db.execute("drop table pgmq.q_artist_discovery cascade")
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    ((outcome, error),) = watch.runs("outcome, error")
    assert outcome == "failed"
    assert "q_artist_discovery" in error


async def test_a_run_that_takes_too_long_is_ended(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, second_connection: Callable[[], Connection[Any]]
):
    monkeypatch.setattr(jobs_module, "LIMIT", timedelta(milliseconds=50))
    watch.job("a")
    with second_connection() as gate:
        gate.execute("select pg_advisory_lock(%s)", [GATE])
        watch.now += 2 * MINUTE
        await fired(watch.scheduler())
    assert watch.runs("outcome, error") == [("failed", "took longer than 0 minutes")]
    assert watch.noted() == 0
