"""Scenario 7: the disk of the database is full, of its tables and of its log, while workers are at work.

Tables: PostgreSQL refuses to write (ENOSPC), and goes on. Log: it panics, recovers, panics again or ends for good. In
both the workers wait, and go on by themselves once there is room. It runs in a process of its own, in which the
folders of the tables and of the log lie on disks that can be filled (`small_disk`).
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import psycopg

from linernotes.database.postmaster import running
from linernotes.database.server import superuser_url
from tests.chaos.base import Base, differences
from tests.chaos.catalogue import world_of
from tests.chaos.crew import Crew, until
from tests.chaos.ground import Ground
from tests.chaos.killing import WORKERS, Calm, Plan, order
from tests.chaos.machines import REQUIRE_ALL
from tests.chaos.report import Report
from tests.chaos.small_disk import SmallDisk, enter
from tests.chaos.supply import Supply
from tests.sources.mock_musicbrainz import serve

TABLES_MB, LOG_MB = 300, 160
REFUSALS = 5
"""Statements of workers that must be refused before a full disk counts as met."""
IN_WORK = 40

REFUSED = r"@\w+ \S+:\d+ ERROR: .*No space left on device"
PANICKED = r"PANIC: .*No space left on device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fillings:
    """How often each disk is filled, and for how many leases the tables' stays full once it was met."""

    tables: int
    log: int
    leases: float


def endure(home: Path, plan: Plan, twin: Calm, fillings: Fillings, seed: int, log: Path) -> Report:
    """Fill both disks by turns under a crew at work, let it finish, and compare; or why that cannot be done here."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_apart, args=(theirs, home, plan, twin, fillings, seed, log)
    )
    process.start()
    theirs.close()
    try:
        answer = ours.recv()
    except EOFError:
        answer = RuntimeError(f"the trial ended without a report, with {process.exitcode}")
    finally:
        process.join(60)
        process.kill()
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _apart(pipe: Pipe, home: Path, *given: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        enter()
    except OSError as error:
        pipe.send(_skipped(str(error)))
        return
    try:
        ground = Ground(home)
        try:
            pipe.send(_endure(Place(ground, home), *given))  # type: ignore[arg-type]
        finally:
            ground.close()
    except BaseException as error:
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
        raise


def _skipped(why: str) -> Report:
    report = Report("The disk is full: not tried")
    report.note(why)
    if os.environ.get(REQUIRE_ALL) == "1":
        report.promise(f"nothing is left out ({REQUIRE_ALL})", False, why)
    return report


class Place:
    """A server whose tables and whose log lie on a small disk each."""

    def __init__(self, ground: Ground, home: Path) -> None:
        self.ground, self._data = ground, home / "data"
        ground.tell({"min_wal_size": "32MB", "max_wal_size": "64MB", "checkpoint_timeout": "30s"})
        ground.close()
        self.tables = SmallDisk(self._data / "base", home / "tables", TABLES_MB)
        self.log = SmallDisk(self._data / "pg_wal", home / "log", LOG_MB)
        ground.restart()

    def run_out_of_log(self) -> None:
        """Write log until there is no room for more; the segments that lie ready are used up."""
        panics = self.ground.said(PANICKED)
        deadline = time.monotonic() + 30
        while self.ground.said(PANICKED) == panics:
            if time.monotonic() > deadline:
                raise TimeoutError("the server did not panic")
            with suppress(psycopg.Error), psycopg.connect(superuser_url(self.ground.url), autocommit=True) as db:
                for _ in range(20):
                    db.execute("select pg_logical_emit_message(false, 'chaos', repeat('x', 1000)), pg_switch_wal()")

    @property
    def up(self) -> bool:
        """Whether its first process runs."""
        return running(self._data) is not None


def _endure(place: Place, plan: Plan, twin: Calm, fillings: Fillings, seed: int, log: Path) -> Report:
    report = Report(f"The disk is full, seed {seed}: {plan.size.messages} messages, {WORKERS} workers")
    choose = random.Random(seed)
    base = place.ground.base()
    with serve(world_of(plan.size)) as mock:
        supply = Supply(base, plan.size)
        with Crew(WORKERS, order(base, mock, plan), log) as crew:
            until(lambda: len(base.at_work()) == WORKERS, 60, "all workers are there")
            scene = Scene(place, base, crew, supply, fillings.leases * plan.lease)
            blows = [scene.fill_tables] * fillings.tables + [scene.fill_log] * fillings.log
            choose.shuffle(blows)
            for blow in blows:
                supply.keep(IN_WORK)
                blow()
                time.sleep(choose.expovariate(1 / plan.kill_every))  # at any moment
            supply.all()
            deadline = time.monotonic() + plan.patience
            while base.waiting:
                if time.monotonic() > deadline:
                    report.promise("the queues are drained", False, f"{base.left()}; {crew.said[-1500:]}")
                    return report
                time.sleep(0.05)  # between two looks
            crew.fill()
            report.promise("no worker ended", crew.started == WORKERS, dict(crew.ended))
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
        scene.tell(report, fillings)
    report.nothing("0 lost", base.lost())
    report.nothing("0 duplicated, 0 missing: tables equal the calm twin's", differences(twin.tables, base.tables()))
    report.nothing("0 late writes", base.late_writes() + base.stolen())
    report.nothing("0 dead letters", base.letters())
    begun = base.most_attempts()
    report.promise("no message begun more than once by a worker, however long it is full", begun <= WORKERS, begun)
    report.nothing("nothing stuck", base.stuck())
    return report


class Scene:
    """A crew at work, and what is done to its disks."""

    def __init__(self, place: Place, base: Base, crew: Crew, supply: Supply, full_for: float) -> None:
        self._place, self._base, self._crew, self._supply = place, base, crew, supply
        self._full_for = full_for
        self._struck: Counter[str] = Counter()
        self._back: list[float] = []

    def fill_tables(self) -> None:
        """No table grows any more, for several leases."""
        ground, disk = self._place.ground, self._place.tables
        before = ground.said(REFUSED)
        disk.fill()
        until(lambda: ground.said(REFUSED) - before >= REFUSALS, 60, "workers meet the full disk")
        time.sleep(self._full_for)  # workers wait meanwhile
        disk.make_room()
        self._struck["tables' disk full"] += 1
        self._struck["statements of workers refused"] += ground.said(REFUSED) - before
        self._measure()

    def fill_log(self) -> None:
        """Nothing can be committed any more: the server panics."""
        place = self._place
        before = place.ground.said(PANICKED)
        place.log.fill()
        place.run_out_of_log()
        time.sleep(self._full_for / 4)  # it tries to recover meanwhile
        place.log.make_room()
        self._struck["log's disk full"] += 1
        self._struck["panics of the server"] += place.ground.said(PANICKED) - before
        if not place.up:
            self._struck["of these it did not come back from by itself"] += 1
        place.ground.start()
        self._measure()

    def _measure(self) -> None:
        """How long until each worker has said something to the database again."""
        since = self._base.one("select clock_timestamp()")
        begun = time.monotonic()

        def all_spoke() -> bool:
            spoke = self._base.spoke_since(since)
            return {w.name for w in self._crew.workers} <= spoke

        until(all_spoke, 60, "all workers work again")
        self._back.append(time.monotonic() - begun)

    def tell(self, report: Report, fillings: Fillings) -> None:
        """What struck, and how soon they were back."""
        report.strike("tables' disk full", self._struck["tables' disk full"], fillings.tables)
        refused = "statements of workers refused"
        report.strike(refused, self._struck[refused], REFUSALS * fillings.tables)
        report.strike("log's disk full", self._struck["log's disk full"], fillings.log)
        report.strike("panics of the server", self._struck["panics of the server"], fillings.log)
        gone = "of these it did not come back from by itself"
        report.strike(gone, self._struck[gone], 0)
        slowest = max(self._back, default=0)
        report.aim("all workers back within 5 s by themselves", slowest <= 5, f"at most {slowest:.1f} s")
        report.promise("all workers back within 15 s, however slow the machine", slowest <= 15, f"{slowest:.1f} s")
