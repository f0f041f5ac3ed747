"""The scheduler: each tick of each job once, whoever asks for it, and a trace of every run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.errors import NotFound, RunsAlready
from linernotes.model.message import Queue
from linernotes.services import jobs as jobs_module
from linernotes.services.chores import CHORES
from linernotes.services.jobs import LEASE, Jobs
from linernotes.services.scheduler import Scheduler
from linernotes.services.workers import WORKERS
from tests.database.test_workers import Office

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

NOTED = """
    create table linernotes.noted (name text, transaction xid8 default pg_current_xact_id());
    create function linernotes.note(p_name text) returns text language plpgsql set search_path = '' as $$
    begin
        insert into linernotes.noted (name) values (p_name);
        perform pg_advisory_xact_lock_shared(77);
        return p_name;
    end $$;
    create function linernotes.fail() returns void language plpgsql set search_path = '' as $$
    begin raise exception 'there is no luck today'; end $$;
"""
GATE = 77
"""Whoever holds this advisory lock makes every `note` wait."""


class Watch:
    """Schedulers over one database, with a clock that the test moves, and no jobs but those it makes."""

    def __init__(self, pool: Any, db: Connection[Any]) -> None:
        self.office = Office(pool, db)
        self.db = db
        self.now = NOON
        db.execute("delete from linernotes.jobs")
        db.execute(NOTED)

    def scheduler(self, name: str = "one") -> Scheduler:
        return Scheduler(self.office.hands, by=name, now=lambda: self.now)

    def jobs(self, name: str = "one") -> Jobs:
        return Jobs(self.office.hands, by=name, now=lambda: self.now)

    def job(self, name: str, schedule: str = "*/2 * * * *", target: str = "linernotes.note", **more: Any) -> None:
        """A job that notes its own name, unless said otherwise."""
        arguments = more.get("arguments", {"p_name": name} if target == "linernotes.note" else {})
        self.db.execute(
            "insert into linernotes.jobs (name, schedule, runs, target, arguments, batch_size, purpose, since)"
            " values (%s, %s, %s, %s, %s, %s, 'for a test', %s)",
            [
                name,
                schedule,
                more.get("runs", "function"),
                target,
                Jsonb(arguments),
                more.get("batch_size"),
                more.get("since", NOON),
            ],
        )

    def noted(self, name: str = "a") -> int:
        row = self.db.execute("select count(*) from linernotes.noted where name = %s", [name]).fetchone()
        assert row
        return int(row[0])

    def runs(self, columns: str = "due_at, outcome", job: str = "a") -> list[tuple[Any, ...]]:
        return self.db.execute(
            f"select {columns} from linernotes.job_runs where job = %s order by started_at, due_at", [job]
        ).fetchall()


@pytest.fixture
def watch(pool: Any, db: Connection[Any]) -> Watch:
    return Watch(pool, db)


async def fired(*schedulers: Scheduler) -> None:
    """All of them look at the same moment, and what they start ends."""
    await asyncio.gather(*(one.fire() for one in schedulers))
    for one in schedulers:
        await one.settled()


async def until(condition: Callable[[], bool]) -> None:
    """Look again and again; the deadline is a failure."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.01)  # between two looks
    raise AssertionError("never came true")


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


async def test_a_schedule_that_cannot_be_read_keeps_no_other_from_firing(watch: Watch):
    watch.job("a", "at noon")
    watch.job("b")
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert (watch.noted("a"), watch.noted("b")) == (0, 1)


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


# ---- our own house-keeping


async def test_tracks_whose_credits_may_have_come_late_are_sent_for_by_a_job(pool: Any, db: Connection[Any]):
    watch = Watch(pool, db)
    watch.office.start()
    await watch.office.drain()
    album = db.execute('update albums set metadata = metadata || \'{"sources": {"test": {}}}\' returning id').rowcount
    assert album == 1
    db.execute("update linernotes.lookups set looked_at = %s", [NOON - timedelta(days=200)])
    before = watch.office.waiting(Queue.PRODUCER_IDENTIFICATION)
    watch.job("a", target="lateCredits", runs="chore", arguments={"limit": 200})
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert watch.runs("outcome, answer") == [("done", {"success": True, "sent": 2})]
    assert watch.office.waiting(Queue.PRODUCER_IDENTIFICATION) == before + 2


async def test_expired_answers_of_sources_go_and_fresh_ones_stay(db: Connection[Any]):
    for name, hours in (("old", -1), ("fresh", 1)):
        db.execute(
            "insert into linernotes.responses (source, request, status, body, fetched_at, expires_at)"
            " values ('s', %s, 200, '', %s, %s)",
            [name, NOON - timedelta(days=1), NOON + timedelta(hours=hours)],
        )
    assert db.execute("select linernotes.drop_expired_answers(%s)", [NOON]).fetchone() == (1,)
    assert db.execute("select request from linernotes.responses").fetchall() == [("fresh",)]


def test_every_job_of_ours_runs_something_that_exists(db: Connection[Any]):
    for name, runs, target in db.execute("select name, runs, target from linernotes.jobs").fetchall():
        if runs == "function":
            assert db.execute("select to_regproc(%s) is not null", [target]).fetchone() == (True,), name
        else:
            assert target in (WORKERS if runs == "worker" else CHORES), name
