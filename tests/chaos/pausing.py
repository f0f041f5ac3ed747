"""Scenario 2: a worker that dies, one that sleeps past its lease, one that is told to end."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.base import WAITING, Base, differences
from tests.chaos.catalogue import send_artists, world_of
from tests.chaos.crew import Crew, Worker, until
from tests.chaos.killing import Calm, Plan, order
from tests.chaos.report import Report
from tests.sources.mock_musicbrainz import serve

STOP_WITHIN = 5.0
"""Seconds from SIGTERM until everything that was not finished is visible again."""

GO_ON_WITHIN = 90.0
"""Seconds after the lease within which somebody must be free to take what another left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blows:
    """How often each happens."""

    deaths: int
    pauses: int
    stops: int


def endure(base: Base, plan: Plan, twin: Calm, blows: Blows, seed: int, log: Path) -> Report:
    """Deal all blows to a crew at work, then let it finish, and compare."""
    choose = random.Random(seed)
    report = Report(
        f"Dead, sleeping and stopped workers, seed {seed}: {plan.size.messages} messages, lease {plan.lease} s"
    )
    kinds = ["dies"] * blows.deaths + ["sleeps"] * blows.pauses + ["stops"] * blows.stops
    choose.shuffle(kinds)
    with serve(world_of(plan.size)) as mock:
        send_artists(base, plan.size)
        with Crew(4, order(base, mock, plan), log) as crew:
            scene = Scene(base, crew, plan, choose)
            for kind in kinds:
                getattr(scene, kind)()
            scene.finish()
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * 4)
    scene.tell(report, blows)
    report.nothing("0 late writes", base.late_writes() + base.stolen())
    report.nothing("0 lost", base.lost())
    report.nothing("0 duplicated, 0 missing: tables equal the calm twin's", differences(twin.tables, base.tables()))
    report.nothing("0 dead letters", base.letters())
    report.nothing("nothing stuck", base.stuck())
    return report


class Scene:
    """A crew at work, and what is done to it."""

    def __init__(self, base: Base, crew: Crew, plan: Plan, choose: random.Random) -> None:
        self._base, self._crew, self._plan, self._choose = base, crew, plan, choose
        self.went_on: list[float] = []
        self.slept_through = 0
        self.stopped: list[tuple[int | None, float]] = []

    def dies(self) -> None:
        """kill -9; how long until all that it held was in other hands, or done."""
        victim, held = self._struck(signal.SIGKILL)
        begun = time.monotonic()
        until(lambda: self._moved(victim, held), self._plan.lease + GO_ON_WITHIN, "the dead one's work goes on")
        self.went_on.append(time.monotonic() - begun)

    def sleeps(self) -> None:
        """SIGSTOP beyond the lease, until others have some of its work; then SIGCONT, and it tries to write."""
        victim, held = self._struck(signal.SIGSTOP)
        until(lambda: self._moved(victim, held), self._plan.lease + GO_ON_WITHIN, "the sleeper's work goes on")
        self.slept_through += 1
        victim.signal(signal.SIGCONT)

    def stops(self) -> None:
        """SIGTERM; what it ended with, and how long until nothing was hidden in its name."""
        begun = time.monotonic()
        victim, _ = self._struck(signal.SIGTERM)
        until(lambda: not self._base.held_by(victim.name), 60, "the stopped one's work is visible again", every=0.01)
        seconds = time.monotonic() - begun
        self.stopped.append((victim.end(60), seconds))

    def finish(self) -> None:
        """Let the crew do the rest."""
        deadline = time.monotonic() + self._plan.patience
        while self._base.waiting:
            assert time.monotonic() < deadline, f"{self._base.waiting} messages are left: {self._crew.said[-2000:]}"
            self._crew.fill()
            time.sleep(0.05)  # between two looks

    def tell(self, report: Report, blows: Blows) -> None:
        """What struck, and how the figures came out."""
        report.strike("kill -9 of a worker with messages in its hands", len(self.went_on), blows.deaths)
        report.strike("pauses beyond the lease whose work others took meanwhile", self.slept_through, blows.pauses)
        report.strike("SIGTERM of a worker with messages in its hands", len(self.stopped), blows.stops)
        if self.went_on:
            limit = self._plan.lease + 1
            figure = (
                f"at most {max(self.went_on):.2f} s, {sorted(self.went_on)[len(self.went_on) // 2]:.2f} s as a rule"
            )
            report.aim(f"a dead worker's work goes on within {limit} s", max(self.went_on) <= limit, figure)
        if self.stopped:
            slow = max(seconds for _, seconds in self.stopped)
            report.promise(
                "SIGTERM: exit 0", all(status == 0 for status, _ in self.stopped), f"{len(self.stopped)} times"
            )
            report.aim(
                f"visible again within {STOP_WITHIN:g} s of SIGTERM", slow <= STOP_WITHIN, f"at most {slow:.2f} s"
            )

    def _struck(self, number: signal.Signals) -> tuple[Worker, set[tuple[Any, ...]]]:
        """A worker that got this signal with messages in its hands, and which they were."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self._crew.fill()
            busy = self._base.busy()
            workers = [w for w in self._crew.workers if w.name in busy]
            if not workers:
                time.sleep(0.005)  # between two looks
                continue
            victim = self._choose.choice(workers)
            victim.signal(number)
            if held := self._in_the_name_of(victim):
                return victim, held
            victim.signal(signal.SIGCONT)
        raise TimeoutError("no worker took anything for a minute: too little work for so many blows")

    def _in_the_name_of(self, victim: Worker) -> set[tuple[Any, ...]]:
        question = f"select queue, msg_id, read_ct from ({WAITING}) w where worker = %s and vt > now()"
        return set(self._base.all(question, victim.name))

    def _moved(self, victim: Worker, held: set[tuple[Any, ...]]) -> bool:
        """Whether anything of what it held has been taken by others, or is done."""
        question = f"select queue, msg_id, read_ct from ({WAITING}) w where worker = %s"
        return bool(held - set(self._base.all(question, victim.name)))
