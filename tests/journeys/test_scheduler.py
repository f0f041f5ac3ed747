"""`linernotes scheduler` as processes: several of them, one that is killed, and one that is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.journeys.conftest import Linernotes
from tests.journeys.test_worker import a_list, until

PREPARED = """
    delete from linernotes.jobs;
    create function linernotes.hang() returns void language sql set search_path = '' as $$
        select pg_catalog.pg_advisory_xact_lock(77) $$;
"""


def job(linernotes: Linernotes, name: str, target: str, runs: str = "worker") -> None:
    """A job that is due at this moment, because it missed its tick half an hour ago, and then not again today."""
    missed = datetime.now(UTC) - timedelta(minutes=30)
    with psycopg.connect(linernotes.url) as db:
        db.execute(
            "insert into linernotes.jobs (name, schedule, runs, target, purpose, since)"
            " values (%s, %s, %s, %s, 'for a test', %s)",
            [name, f"{missed.minute} {missed.hour} * * *", runs, target, missed - timedelta(minutes=30)],
        )


@pytest.fixture
def started(linernotes: Linernotes) -> Iterator[list[subprocess.Popen[str]]]:
    """The schedulers that a test starts; those that still run at its end are killed."""
    with psycopg.connect(linernotes.url) as db:
        db.execute(PREPARED)
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=60)


def start(linernotes: Linernotes, processes: list[subprocess.Popen[str]], count: int) -> None:
    processes += [linernotes.start("scheduler") for _ in range(count)]


def test_three_schedulers_fire_a_tick_once_and_the_work_is_done(
    linernotes: Linernotes, started: list[subprocess.Popen[str]], tmp_path: Path
):
    linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 7)}")
    job(linernotes, "a", "artistDiscovery")
    job(linernotes, "b", "queueMonitor")
    start(linernotes, started, 3)
    until(linernotes, "select count(*) = 2 from linernotes.job_runs where outcome = 'done'")
    until(
        linernotes,
        "select count(*) >= 3 from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and query ~ 'claim_job_runs'",
    )
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert linernotes.one("select count(*) from linernotes.job_runs") == 2
    assert linernotes.one("select count(*) from artists") == 5
    assert linernotes.one("select count(*) from monitoring_events") == 5


def test_a_scheduler_killed_in_a_run_leaves_it_to_be_told_as_lost_by_another(
    linernotes: Linernotes, started: list[subprocess.Popen[str]]
):
    job(linernotes, "a", "linernotes.hang", runs="function")
    with psycopg.connect(linernotes.url, autocommit=True) as gate:
        gate.execute("select pg_advisory_lock(77)")
        start(linernotes, started, 1)
        until(linernotes, "select exists (select from pg_locks where locktype = 'advisory' and not granted)")
        os.kill(started[0].pid, signal.SIGKILL)
        started[0].communicate(timeout=60)
    with psycopg.connect(linernotes.url, autocommit=True) as db:
        db.execute("update linernotes.job_runs set held_until = now()")  # its lease ends now, not in a minute
    start(linernotes, started, 1)
    until(linernotes, "select exists (select from linernotes.job_runs where outcome = 'lost')")


def test_a_scheduler_lives_on_while_the_database_is_away_for_a_moment(
    linernotes: Linernotes, started: list[subprocess.Popen[str]]
):
    job(linernotes, "a", "queueMonitor")
    start(linernotes, started, 1)
    until(linernotes, "select count(*) = 1 from linernotes.job_runs where outcome = 'done'")
    with psycopg.connect(linernotes.url, autocommit=True) as db:
        cut = db.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchone()
        assert cut
        assert cut[0] >= 1
        db.execute("delete from linernotes.job_runs")
    job(linernotes, "b", "checkPipeline")
    until(linernotes, "select exists (select from linernotes.job_runs where job = 'b' and outcome = 'done')")
    assert started[0].poll() is None


def test_one_process_that_serves_fires_the_jobs_as_well(linernotes: Linernotes, started: list[subprocess.Popen[str]]):
    job(linernotes, "a", "checkPipeline")
    started.append(linernotes.start("serve", "--port", "0"))
    until(linernotes, "select exists (select from linernotes.job_runs where outcome = 'done')")
    started[0].send_signal(signal.SIGTERM)
    _, told = started[0].communicate(timeout=60)
    assert started[0].returncode == 0, told
