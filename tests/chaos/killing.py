"""Scenario 1: workers are killed at random while deadly and raising messages lie among the work."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.base import Base, differences
from tests.chaos.catalogue import Size, send_artists, send_poison, world_of
from tests.chaos.crew import Crew, Family
from tests.chaos.hand import Order
from tests.chaos.report import Report
from tests.sources.mock_musicbrainz import serve
from tests.sources.mock_server import MockServer

WORKERS = 4
LIMIT = 5
"""How often a message is begun at most: `Belt`'s max_attempts."""
FORGIVEN = 10
"""How often more, when a parent saw that its worker was killed from outside: free_dead_worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much, how fast, how cruel. interval is seconds between two calls, lease and kill_every seconds too.

    Kills are aimed at workers with messages in their hands, or strike whomever they meet. family: the workers are
    processes of one `linernotes worker --processes`; without, each is a command of its own, and we replace it.
    first_delay: seconds until a message that raised is tried again, four times as long each time.
    """

    size: Size
    kills: int
    killing: int
    raising: int
    interval: float
    kill_every: float
    aimed: bool = False
    lease: int = 2
    patience: float = 1200
    family: bool = False
    first_delay: float = 0.1

    def crew(self, told: Order, log: Path) -> Crew | Family:
        """Its workers."""
        return (Family if self.family else Crew)(WORKERS, told, log)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """The undisturbed twin: its tables, how long it took, how many calls it made."""

    tables: dict
    seconds: float
    calls: int


def order(base: Base, mock: MockServer, plan: Plan) -> Order:
    """What every worker of a run is told."""
    return Order(
        url=base.url,
        interval=plan.interval,
        first_delay=plan.first_delay,
        environment={
            "LINERNOTES_CONTACT": "chaos@example.org",
            "LINERNOTES_SOURCES": "musicbrainz",
            "LINERNOTES_MUSICBRAINZ_URL": f"{mock.url}/ws/2",
            "LINERNOTES_LEASE": str(plan.lease),
        },
    )


def calm(base: Base, plan: Plan, log: Path) -> Calm:
    """The same input, and nothing happens to anybody."""
    with serve(world_of(plan.size)) as mock:
        send_artists(base, plan.size)
        begun = time.monotonic()
        with plan.crew(order(base, mock, plan), log) as crew:
            drain(base, crew, plan.patience)
            seconds = time.monotonic() - begun
            assert set(crew.stop()) == {0}, crew.said
        return Calm(tables=base.tables(), seconds=seconds, calls=len(mock.asked))


def drain(base: Base, crew: Crew | Family, patience: float) -> None:
    """Keep the crew at its number until no message is left."""
    deadline = time.monotonic() + patience
    while base.waiting:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{base.waiting} messages are left after {patience:g} s; {crew.said[-2000:]}")
        crew.fill()
        time.sleep(0.05)  # between two looks


def storm(base: Base, plan: Plan, twin: Calm, seed: int, log: Path) -> Report:
    """The run with kills and poison, measured against its calm twin."""
    choose = random.Random(seed)
    report = Report(
        f"Killed workers and poison, seed {seed}: {plan.size.messages} messages, {WORKERS} workers, "
        f"lease {plan.lease} s"
    )
    with serve(world_of(plan.size)) as mock:
        artists = send_artists(base, plan.size)
        poison = send_poison(base, killing=plan.killing, raising=plan.raising, choose=choose)
        report.note(f"sent: {artists} artists, {poison} poisoned messages")
        begun = time.monotonic()
        with plan.crew(order(base, mock, plan), log) as crew:
            victims: list[str] = []
            next_kill = begun + choose.expovariate(1 / plan.kill_every)
            while base.waiting:
                if time.monotonic() - begun > plan.patience:
                    report.promise("the queues are drained", False, f"{base.waiting} messages left")
                    return report
                crew.fill()
                if len(victims) < plan.kills and time.monotonic() >= next_kill:
                    busy = base.busy()
                    if busy or not plan.aimed:
                        victim = crew.kill(choose, busy if plan.aimed else ())
                        victims += [victim.name] if victim is not None else []
                        next_kill = time.monotonic() + choose.expovariate(1 / plan.kill_every)
                time.sleep(0.02)  # between two looks
            seconds = time.monotonic() - begun
            report.promise("SIGTERM at the end: all exit 0", set(crew.stop()) == {0})
            report.strike("kill -9", len(victims), plan.kills)
            with_work = len(base.left_work_behind() & set(victims))
            report.strike("kill -9 of a worker with messages in its hands", with_work, max(1, plan.kills // 10))
            report.strike("deaths by a deadly message", crew.poisoned, plan.killing * LIMIT // 2)
        calls = len(mock.asked)
    judge(report, base, twin, plan)
    report.aim(
        "at most twice the calm time", seconds <= 2 * twin.seconds, f"{seconds:.0f} s, {twin.seconds:.0f} calm"
    )
    report.promise("no storm of calls", calls <= twin.calls + len(victims) * 20, f"{calls} calls, {twin.calls} calm")
    return report


def judge(report: Report, base: Base, twin: Calm, plan: Plan) -> None:
    """What must hold once the queues are empty, however it got there."""
    report.nothing("0 lost", base.lost())
    report.nothing(
        "0 duplicated, 0 missing, 0 invented: tables equal the calm twin's", differences(twin.tables, base.tables())
    )
    report.nothing("0 late writes", base.late_writes() + base.stolen())
    letters = base.letters()
    poison = [d for d in letters if d["poison"]]
    report.promise(
        "all poison in the dead letters",
        len(poison) == plan.killing + plan.raising,
        f"{len(poison)} of {plan.killing + plan.raising}",
    )
    wordless = [
        d
        for d in letters
        if not (d["error"] and d["error_class"] and d["step"] and d["worker"]) or d["first_at"] > d["last_at"]
    ]
    report.nothing("each letter says why, where, who, when", wordless)
    report.nothing("0 innocents in the dead letters", [d for d in letters if not d["poison"]])
    most, limit = base.most_attempts(), LIMIT + (FORGIVEN if plan.family else 0)
    report.promise(f"no message begun more than {limit} times (and once to bury it)", most <= limit + 1, most)
    report.nothing("nothing stuck", base.stuck())
