"""Scenario 6: workers with a Redis that is absent, works, forgets, dies, is slow, or lies; the tables must not care.

Each kind says where the workers find Redis, does its worst whenever it is stirred, and tells how often that struck.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from tests.chaos.base import QUEUES, Base, differences
from tests.chaos.catalogue import send_artists, world_of
from tests.chaos.crew import Crew, until
from tests.chaos.killing import WORKERS, Calm, Plan, order
from tests.chaos.proxy import Proxy
from tests.chaos.report import Report
from tests.chaos.upstream import judge_budget
from tests.sources.mock_musicbrainz import serve

PROGRAM = shutil.which("redis-server")
TURN = "linernotes:turn:musicbrainz"
HINT = 0.3
"""Seconds that stand for the thirty for which a failed Redis is left alone, and the ten a place is believed."""

KEYS = " union all ".join(f"select '{q}', message ->> '_idempotencyKey' from pgmq.q_{q}" for q in QUEUES)


class Server:
    """A Redis of the trial's own, on a Unix socket, which keeps nothing on disk."""

    def __init__(self) -> None:
        assert PROGRAM is not None, "redis-server is not installed"
        self._folder = tempfile.TemporaryDirectory(prefix="linernotes-redis-")
        self.socket = Path(self._folder.name) / "s"
        self.url = f"unix://{self.socket}"
        self.client: Any = Redis(unix_socket_path=str(self.socket))
        self.start()

    def kill(self) -> None:
        """kill -9."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def start(self) -> None:
        """Start an empty one."""
        self.socket.unlink(missing_ok=True)
        command = [str(PROGRAM), "--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, cwd=self._folder.name, stdout=subprocess.DEVNULL)
        until(self._answers, 20, "Redis answers")

    def workers(self) -> int:
        """How many connections others than ours have."""
        return len(self.client.client_list()) - 1

    def close(self) -> None:
        self.client.close()
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except (RedisError, OSError):
            return False


class Present:
    """It works."""

    title = "present"

    def __init__(self, base: Base, choose: random.Random, log: Path) -> None:
        self.base, self.choose, self._log = base, choose, log
        self.server = Server()
        self.url = self.server.url

    def __enter__(self) -> Present:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.close()

    @property
    def noticed(self) -> int:
        """How often a worker said that it does without."""
        return self._log.read_text().count("Redis is left alone") if self._log.exists() else 0

    def stir(self) -> None:
        """Do the worst there is to do at this moment."""

    def tell(self, report: Report, wanted: int) -> None:
        """How often it struck."""
        report.strike("keys of work that is done", len(self.server.client.keys("linernotes:done:*")), wanted)
        places = self.server.client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"]
        report.strike("places taken in line", places, wanted)


class Absent(Present):
    """There is none where the settings say."""

    title = "absent"

    def __init__(self, base: Base, choose: random.Random, log: Path) -> None:
        super().__init__(base, choose, log)
        self.url += "-nobody"

    def tell(self, report: Report, wanted: int) -> None:
        report.strike("asked in vain, then left alone", self.noticed, wanted)


class Flushed(Present):
    """It forgets everything, again and again."""

    title = "flushed"
    flushes = 0

    def stir(self) -> None:
        if self.server.client.dbsize():
            self.server.client.flushall()
            self.flushes += 1

    def tell(self, report: Report, wanted: int) -> None:
        report.strike("flushed when it knew something", self.flushes, wanted)


class Killed(Present):
    """kill -9, again and again."""

    title = "killed"
    kills, next_at = 0, 0.0
    unnoticed: int | None = None
    """While it is dead: how often a worker had done without before."""

    def stir(self) -> None:
        if time.monotonic() < self.next_at:
            return
        if self.unnoticed is None and self.server.workers():
            self.unnoticed = self.noticed
            self.server.kill()
            self.kills += 1
        elif self.unnoticed is not None and self.noticed > self.unnoticed:
            self.server.start()
            self.unnoticed = None
        else:
            return
        self.next_at = time.monotonic() + self.choose.uniform(0.1, 0.5)

    def tell(self, report: Report, wanted: int) -> None:
        report.strike("kill -9 of Redis with workers on the line", self.kills, wanted)
        report.strike("asked in vain, then left alone", self.noticed, wanted)


class Slow(Present):
    """Its answers come late, or not at all while every connection stays open."""

    title = "slow"
    next_at, _before = 0.0, 0

    def __enter__(self) -> Slow:
        self.proxy = Proxy(self.server.socket)
        self.proxy.__enter__()
        self.proxy.delay = 0.05
        self.url = f"redis://127.0.0.1:{self.proxy.port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.proxy.__exit__(kind, value, trace)
        super().__exit__(kind, value, trace)

    def stir(self) -> None:
        if time.monotonic() < self.next_at:
            return
        if self.proxy.open.is_set():
            self._before = self.noticed
            self.proxy.hold()
        elif self.noticed > self._before:
            self.proxy.let_go()
        else:
            return
        self.next_at = time.monotonic() + self.choose.uniform(0.3, 0.8)

    def tell(self, report: Report, wanted: int) -> None:
        report.strike("links held still", self.proxy.struck["links held still"], wanted)
        report.strike("waited for in vain, then left alone", self.noticed, wanted)


class Lying(Present):
    """Whatever waits it claims done, and places in line are far ahead or nonsense."""

    title = "lying"
    FAR = b"9" * 16
    LIES = (FAR, b"nonsense", FAR, b"nan", FAR, b"-1e300", FAR, b"inf", FAR, b"")

    def __init__(self, base: Base, choose: random.Random, log: Path) -> None:
        super().__init__(base, choose, log)
        self.claimed: set[tuple[str, str]] = set()
        self.met: Counter[bytes] = Counter()
        self._lies = cycle(self.LIES)
        self._lie, self._refused = b"none yet", 0

    def stir(self) -> None:
        """Claim all that waits done; tell another lie about places once a worker met the last one."""
        client = self.server.client
        for queue, key in self.base.all(KEYS):
            client.set(f"linernotes:done:{queue}:{key}", "done")
            self.claimed.add((queue, key))
        refused = client.info("errorstats").get("errorstat_ERR", {"count": 0})["count"]
        if client.get(TURN) == self._lie and refused == self._refused:
            return
        self.met[self._lie] += 1
        self._lie, self._refused = next(self._lies), refused
        client.set(TURN, self._lie)

    def tell(self, report: Report, wanted: int) -> None:
        report.strike("waiting messages that it claimed done", len(self.claimed), wanted)
        report.strike("a place far ahead that a worker met", self.met[self.FAR], wanted)
        nonsense = self.met.total() - self.met[self.FAR] - self.met[b"none yet"]
        report.strike("a place that makes no sense that a worker met", nonsense, wanted)


Kind = type[Present]
KINDS: tuple[Kind, ...] = (Absent, Present, Flushed, Killed, Slow, Lying)


def endure(
    fresh: Callable[[], Base],
    plan: Plan,
    twin: Calm,
    seed: int,
    log: Path,
    *,
    kinds: Sequence[Kind] = KINDS,
    wanted: int = 1,
) -> Iterator[Report]:
    """The same input with each kind of Redis."""
    for kind in kinds:
        yield _one(fresh(), plan, twin, kind, random.Random(seed), log.with_name(f"{log.name}-{kind.title}"), wanted)


def _one(base: Base, plan: Plan, twin: Calm, kind: Kind, choose: random.Random, log: Path, wanted: int) -> Report:
    report = Report(f"Redis is {kind.title}: {plan.size.messages} messages, {WORKERS} workers")
    with serve(world_of(plan.size)) as mock, kind(base, choose, log) as redis:
        plain = order(base, mock, plan)
        told = replace(plain, hint=HINT, environment={**plain.environment, "LINERNOTES_REDIS_URL": redis.url})
        send_artists(base, plan.size)
        with Crew(WORKERS, told, log) as crew:
            begun = time.monotonic()
            while base.waiting and time.monotonic() < begun + plan.patience:
                redis.stir()
                time.sleep(0.02)  # between two looks
            seconds = time.monotonic() - begun
            report.nothing("the queues are drained", base.waiting)
            crew.fill()
            report.promise("no worker ended", crew.started == WORKERS, dict(crew.ended))
            redis.tell(report, wanted)
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
        judge_budget(report, mock, plan)
    report.nothing("0 lost", base.lost())
    report.nothing("tables equal the calm twin's", differences(twin.tables, base.tables()))
    report.nothing("0 dead letters", base.letters())
    report.nothing("nothing stuck", base.stuck())
    report.note(f"{seconds:.0f} s, {twin.seconds:.0f} calm at {plan.interval} s between two calls")
    return report
