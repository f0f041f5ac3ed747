"""Scenario 2, measured: how soon the work of a worker that died goes on, and how one ends that is told to.

The upstream is held at the door, so that every worker sits with work in its hands when it is struck, and the others
are idle: what is measured is how soon they notice.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tests.chaos.base import WAITING, Base
from tests.chaos.crew import Crew, Worker, until
from tests.chaos.killing import Plan, order
from tests.chaos.report import Report
from tests.sources.mock_musicbrainz import World, answer, small_world
from tests.sources.mock_server import Asked, MockServer, Reply

STOP_WITHIN = 5.0
"""Seconds from SIGTERM until everything that was not finished is visible again."""

HOLD = f"select worker, queue, msg_id from ({WAITING}) w where vt > now() and worker is not null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A MusicBrainz that answers only while its gate is open."""

    mock: MockServer
    open: threading.Event


@contextmanager
def gate(world: World) -> Iterator[Gate]:
    """Serve a world behind a closed gate."""
    is_open = threading.Event()

    def held(asked: Asked) -> Reply:
        return replace(answer(world, asked), hold=is_open)

    with MockServer(held) as mock:
        try:
            yield Gate(mock=mock, open=is_open)
        finally:
            is_open.set()


def die(base: Base, plan: Plan, deaths: int, seed: int, log: Path) -> Report:
    """kill -9 the one that works, and look how soon another has its message."""
    choose = random.Random(seed)
    report = Report(f"A worker dies, and another goes on: lease {plan.lease} s, seed {seed}")
    waited: list[float] = []
    with gate(World()) as door, Crew(3, order(base, door.mock, plan), log) as crew:
        base.send_artist("Band 1")
        for _ in range(deaths):
            crew.fill()
            victim = _holder(base, crew)
            time.sleep(choose.random() * plan.lease)  # at any moment of the lease
            victim.signal(signal.SIGKILL)
            begun = time.monotonic()
            until(partial(_held_by_others, base, victim), plan.lease + 30, "the dead one's work goes on", every=0.01)
            waited.append(time.monotonic() - begun)
            if len(waited) % 3 == 0:  # the same message would reach its limit of attempts
                base.all("update pgmq.q_artist_discovery set headers = headers || '{\"attempts\": 1}' returning 1")
        door.open.set()
        until(lambda: not base.waiting, 60, "the last one finishes")
    limit = plan.lease + 1
    waited.sort()
    report.strike("kill -9 of a worker with a message in its hands", len(waited), deaths)
    figure = f"at most {waited[-1]:.2f} s, {waited[len(waited) // 2]:.2f} s in the middle"
    report.aim(f"the work goes on within lease + 1 s = {limit} s", waited[-1] <= limit, figure)
    report.promise(
        f"the work goes on within lease + 5 s = {limit + 4} s, however slow the machine", waited[-1] <= limit + 4
    )
    report.nothing("nothing stuck", base.stuck())
    return report


def stop(base: Base, plan: Plan, rounds: int, at_once: int, log: Path) -> Report:
    """SIGTERM workers that sit with work in their hands which they cannot finish."""
    report = Report(f"Workers are told to stop: {rounds} rounds of {at_once}")
    ended: list[tuple[int | None, float]] = []
    hidden: list[tuple[str, ...]] = []
    with gate(small_world("Band 1", albums=1, tracks=2)) as door:
        for number in range(rounds):
            with Crew(at_once, order(base, door.mock, plan), log) as crew:
                for n in range(at_once):
                    base.send_artist(f"Band {number}/{n}")
                    until(partial(_busy, base, n + 1), 180, "every worker has something in its hands")
                begun = time.monotonic()
                for worker in crew.workers:
                    worker.signal(signal.SIGTERM)
                until(lambda: not base.busy(), 60, "nothing is hidden in their names", every=0.01)
                seconds = time.monotonic() - begun
                ended += [(worker.end(60), seconds) for worker in crew.workers]
                hidden += base.all(HOLD)
                base.all("delete from pgmq.q_artist_discovery returning 1")
    report.strike("SIGTERM of a worker with a message in its hands", len(ended), rounds * at_once)
    report.promise("exit 0", all(status == 0 for status, _ in ended), f"{len(ended)} times")
    slowest = max(seconds for _, seconds in ended)
    report.aim(
        f"visible again within {STOP_WITHIN:g} s of SIGTERM", slowest <= STOP_WITHIN, f"at most {slowest:.2f} s"
    )
    report.promise(
        f"visible again within {STOP_WITHIN + 5:g} s, however slow the machine", slowest <= STOP_WITHIN + 5
    )
    report.nothing("nothing hidden after the end", hidden)
    return report


def _holder(base: Base, crew: Crew) -> Worker:
    until(lambda: any(w.name in base.busy() for w in crew.workers), 60, "a worker takes the message")
    busy = base.busy()
    return next(w for w in crew.workers if w.name in busy)


def _busy(base: Base, count: int) -> bool:
    return len(base.busy()) >= count


def _held_by_others(base: Base, victim: Worker) -> bool:
    return bool(base.busy() - {victim.name})
