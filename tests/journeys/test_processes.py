"""`linernotes worker --processes`: processes that die are replaced, and all end together."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from linernotes.services.discovery import Start, send_starts
from tests.chaos.ending import gate
from tests.journeys.conftest import Linernotes
from tests.sources.mock_musicbrainz import World

SLOW = {"LINERNOTES_LEASE": "3600", "LINERNOTES_LOG": "json"}
"""No lease ends within any test."""


class Parent:
    """A supervisor whose log is read as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self._rest = b""

    def until(self, event: str, count: int = 1) -> list[dict[str, Any]]:
        """So many log lines of this event."""
        assert self.process.stderr is not None
        deadline = time.monotonic() + 60
        while len(found := [line for line in self.lines if line["event"] == event]) < count:
            readable, _, _ = select.select([self.process.stderr], [], [], max(0.0, deadline - time.monotonic()))
            came = os.read(self.process.stderr.fileno(), 65536) if readable else b""
            assert came, f"{count} times {event!r} never came: {self.lines}"
            *whole, self._rest = (self._rest + came).split(b"\n")
            self.lines += [json.loads(line) for line in whole if line.startswith(b"{")]
        return found

    @property
    def children(self) -> list[int]:
        """The processes that started, as their parent tells."""
        started = [line for line in self.lines if line["event"] == "a worker process starts"]
        return [int(line["worker"].rpartition(":")[2]) for line in started]

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        return self.process.returncode


@contextmanager
def ended_at_last(process: subprocess.Popen[str]) -> Iterator[Parent]:
    try:
        yield Parent(process)
    finally:
        process.kill()
        process.communicate(timeout=60)


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(0.01)  # between two looks


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def holder(linernotes: Linernotes) -> Any:
    return linernotes.one("select max(headers ->> 'worker') from pgmq.q_artist_discovery where vt > now()")


@pytest.fixture
def silent_source(linernotes: Linernotes) -> Iterator[dict[str, str]]:
    """A source that takes questions and never answers, and a message whose taker has to ask it."""
    with psycopg.connect(linernotes.url, autocommit=True) as db:
        send_starts(db, [Start(key="artist:a", body={"artistName": "Ada Lind", "source": "musicbrainz"})])
    with gate(World()) as door:
        yield {
            "LINERNOTES_SOURCES": "musicbrainz",
            "LINERNOTES_CONTACT": "me@example.org",
            "LINERNOTES_MUSICBRAINZ_URL": f"{door.mock.url}/ws/2",
        }


def taken(linernotes: Linernotes) -> bool:
    return bool(linernotes.one("select count(*) = 1 from pgmq.q_artist_discovery where vt > now()"))


def test_a_process_that_is_killed_is_replaced_and_what_it_held_goes_on_at_once(
    linernotes: Linernotes, silent_source: dict[str, str]
) -> None:
    process = linernotes.start("worker", "--processes", "2", **SLOW, **silent_source)
    with ended_at_last(process) as parent:
        parent.until("a worker process starts", 2)
        until(lambda: taken(linernotes), "a worker takes it")
        first = holder(linernotes)
        os.kill(int(first.rpartition(":")[2]), signal.SIGKILL)
        (ended,) = parent.until("a worker process ended")
        assert (ended["worker"], ended["signal"]) == (first, "SIGKILL")
        assert parent.until("a worker process starts", 3)[-1]["in_place_of"] == [first]
        until(lambda: holder(linernotes) not in (None, first), "another has it, long before the lease ends")
        assert parent.end() == 0
    assert not taken(linernotes)


def test_told_to_stop_all_processes_end_and_the_parent_ends_with_0(linernotes: Linernotes) -> None:
    with ended_at_last(linernotes.start("worker", **SLOW, LINERNOTES_PROCESSES="3")) as parent:
        parent.until("a worker process starts", 3)
        assert len(set(parent.children)) == 3
        assert parent.end() == 0
        assert not any(map(runs, parent.children))


def test_processes_end_when_their_parent_is_killed(linernotes: Linernotes, silent_source: dict[str, str]) -> None:
    with ended_at_last(linernotes.start("worker", "--processes", "2", **SLOW, **silent_source)) as parent:
        parent.until("a worker process starts", 2)
        until(lambda: taken(linernotes), "a worker takes it")
        parent.process.kill()
        until(lambda: not any(map(runs, parent.children)), "they have ended")
    assert not taken(linernotes)


def test_a_pass_over_the_queues_is_one_process(linernotes: Linernotes) -> None:
    linernotes("worker", "--once", "--processes", "2", status=2)
    assert "Leave --processes out" in linernotes.err
    linernotes("worker", "--once", LINERNOTES_PROCESSES="2")


FAILING = """
import sys, time
from linernotes.logs import configure
from linernotes.services.supervisor import Place, Supervisor
from linernotes.settings import Settings
import logging
configure(Settings(log="json"), level=logging.INFO)
def work(dead, begun):
    if sys.argv[1] == "begins":
        begun()
    raise RuntimeError("a mistake of ours")
sys.exit(Supervisor(work, "host:{}".format, [Place()]).run())
"""


def test_a_process_that_always_dies_before_it_has_begun_is_started_more_and_more_seldom(tmp_path: Path) -> None:
    script = [sys.executable, "-c", FAILING, "never"]
    process = subprocess.Popen(script, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    with ended_at_last(process) as parent:
        deaths = parent.until("a worker process ended", 4)
        assert [(d["status"], d["again_in"]) for d in deaths[:4]] == [(1, 0.1), (1, 0.2), (1, 0.4), (1, 0.8)]
        assert parent.end() == 0


def test_one_that_had_begun_is_replaced_a_moment_later(tmp_path: Path) -> None:
    script = [sys.executable, "-c", FAILING, "begins"]
    process = subprocess.Popen(script, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    with ended_at_last(process) as parent:
        deaths = parent.until("a worker process ended", 4)
        assert [d["again_in"] for d in deaths[:4]] == [0.05] * 4
        starts = parent.until("a worker process starts", 4)
        assert starts[3]["in_place_of"] == [starts[2]["worker"]]
