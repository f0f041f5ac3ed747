"""Scenario 3: the database restarts, crashes, loses connections, answers nothing, and is full, crowded or read-only.

Between the workers and the database stands a proxy, so that a link can be cut anywhere, around a COMMIT above all, or
be held still with both ends open.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from tests.chaos.base import QUEUES, Base, differences
from tests.chaos.catalogue import world_of
from tests.chaos.crew import Crew, until
from tests.chaos.ground import Ground
from tests.chaos.killing import WORKERS, Calm, Plan, order
from tests.chaos.proxy import AroundCommit, Proxy
from tests.chaos.report import Report
from tests.chaos.supply import Supply
from tests.sources.mock_musicbrainz import serve

BACK_WITHIN = 5.0
"""Seconds from when the database takes sessions again until every worker works again."""

BLOCKED = "select exists (select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid)))"
"""Whether somebody waits for us."""

TRIES = 5
"""How often a deadlock is tried: the workers may have nothing to write just then."""

IN_WORK = 8
"""Messages that wait at least while faults are dealt: few, so that they do not come in full batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often each happens."""

    restarts: int = 0
    crashes: int = 0
    cuts: int = 0
    around_commit: int = 0
    held_still: int = 0
    crowded: int = 0
    read_only: int = 0
    deadlocks: int = 0


def through(proxy: Proxy, base: Base) -> str:
    """The database's URL through the proxy."""
    name = psycopg.conninfo.conninfo_to_dict(base.url)["dbname"]
    return f"postgresql://linernotes@127.0.0.1:{proxy.port}/{name}"


def endure(ground: Ground, plan: Plan, twin: Calm, faults: Faults, seed: int, log: Path) -> Report:
    """Deal all faults in a random order to a crew at work, let it finish, and compare."""
    report = Report(f"The database fails, seed {seed}: {plan.size.messages} messages, {WORKERS} workers")
    choose = random.Random(seed)
    base = ground.base()
    with serve(world_of(plan.size)) as mock, Proxy(ground.socket) as proxy:
        supply = Supply(base, plan.size)
        work = replace(order(base, mock, plan), url=through(proxy, base))
        with Crew(WORKERS, work, log) as crew:
            until(lambda: len(base.at_work()) == WORKERS, 60, "all workers are there")
            scene = Scene(ground, base, proxy, crew, supply, choose)
            for blow in scene.blows(faults):
                supply.keep(IN_WORK)
                blow()
                time.sleep(choose.expovariate(1 / plan.kill_every))  # at any moment
            report.note(f"{supply.all()} of {plan.size.artists} artists were left when the last fault was dealt")
            deadline = time.monotonic() + plan.patience
            while base.waiting:
                if time.monotonic() > deadline:
                    report.promise("the queues are drained", False, f"{base.left()}; {crew.said[-1500:]}")
                    return report
                time.sleep(0.05)  # between two looks
            crew.fill()
            report.promise(
                "no worker ended", crew.started == WORKERS, f"{crew.started - WORKERS} ended: {dict(crew.ended)}"
            )
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
        scene.tell(report, faults)
    report.nothing("0 lost", base.lost())
    report.nothing("0 duplicated, 0 missing: tables equal the calm twin's", differences(twin.tables, base.tables()))
    report.nothing("0 late writes", base.late_writes() + base.stolen())
    report.nothing("0 dead letters", base.letters())
    report.nothing("nothing stuck", base.stuck())
    return report


class Scene:
    """A crew at work, and what is done to its database."""

    def __init__(
        self, ground: Ground, base: Base, proxy: Proxy, crew: Crew, supply: Supply, choose: random.Random
    ) -> None:
        self._ground, self._base, self._proxy, self._crew, self._choose = ground, base, proxy, crew, choose
        self._supply = supply
        self._struck: Counter[str] = Counter()
        self._back: list[float] = []

    def blows(self, faults: Faults) -> list[Callable[[], None]]:
        """All of them, in a random order."""
        kinds = {
            self.restart: faults.restarts,
            self.crash: faults.crashes,
            self.cut: (faults.cuts + 1) // 2,  # a cut takes one to four links
            self.cut_around_commit: (faults.around_commit + 3) // 4,  # four each
            self.hold_still: faults.held_still,
            self.crowd: faults.crowded,
            self.read_only: faults.read_only,
            self.deadlock: faults.deadlocks,
        }
        chosen = [kind for kind, times in kinds.items() for _ in range(times)]
        self._choose.shuffle(chosen)
        return chosen

    def restart(self) -> None:
        """As an upgrade does it."""
        self._ground.restart()
        self._struck["restarts"] += 1
        self._measure()

    def crash(self) -> None:
        """Without warning."""
        self._struck[f"crashes: {self._ground.crash(self._choose)}"] += 1
        self._struck["crashes"] += 1
        self._measure()

    def cut(self) -> None:
        """Some links break."""
        self._struck["links cut"] += self._proxy.cut(self._choose.randint(1, 4), self._choose)

    def cut_around_commit(self) -> None:
        """The next links that commit break there, until four did. A fault is lost with a link that breaks before."""
        wanted = self._cuts_around_commit() + 4

        def struck() -> bool:
            if self._cuts_around_commit() >= wanted:
                return True
            if not self._proxy.around_commit:
                self._proxy.cut_around_commit(self._choose.choice(list(AroundCommit)))
            self._supply.keep(IN_WORK)
            return not self._base.waiting

        until(struck, 60, "somebody commits")

    def _cuts_around_commit(self) -> int:
        return sum(self._proxy.struck[fault.value] for fault in AroundCommit)

    def hold_still(self) -> None:
        """Nothing comes through for a while, and nobody is told."""
        self._struck["links held still"] += self._proxy.hold()
        time.sleep(self._choose.uniform(0.5, 2))
        self._proxy.let_go()

    def crowd(self) -> None:
        """The database takes no more sessions, and those there are end."""
        name = self._name()
        with self._owner() as db:
            db.execute(f"alter database {name} connection limit 1")
            self._end_sessions(db)
            time.sleep(self._choose.uniform(0.5, 2))
            db.execute(f"alter database {name} connection limit -1")
        self._struck["no more sessions"] += 1
        self._measure()

    def read_only(self) -> None:
        """As on a standby."""
        name = self._name()
        with self._owner() as db:
            db.execute(f"alter database {name} set default_transaction_read_only = on")
            self._end_sessions(db)
            time.sleep(self._choose.uniform(0.5, 2))
            db.execute(f"alter database {name} reset default_transaction_read_only")
            self._end_sessions(db)
        self._struck["read-only"] += 1
        self._measure()

    def deadlock(self) -> None:
        """We hold a row that a worker waits for, then ask for one that it holds; the worker is the victim.

        What counts is the server's word: a line of its log that names the worker.
        """
        for _ in range(TRIES):
            before = self._deadlocks()
            self._supply.keep(IN_WORK)
            self._cross()
            if (found := self._deadlocks() - before) > 0:
                self._struck["deadlocks"] += found
                return

    def _cross(self) -> None:
        with self._owner(self._base.url) as db, suppress(psycopg.errors.LockNotAvailable):
            db.execute("set deadlock_timeout = '1h'; set lock_timeout = '5s'")
            with db.transaction():
                for table in ("artists", "albums", "tracks", "producers"):
                    db.execute(f"select from {table} for update")
                deadline = time.monotonic() + 3
                while db.execute(BLOCKED).fetchone() != (True,):
                    if time.monotonic() > deadline:
                        return
                    time.sleep(0.01)  # between two looks
                for queue in QUEUES:
                    db.execute(f"select from pgmq.q_{queue} for update")

    def _deadlocks(self) -> int:
        """How often the server ended a worker's transaction for a deadlock."""
        return self._ground.said(rf"@{self._name()} \S+:\d+ ERROR:  deadlock detected")

    def tell(self, report: Report, faults: Faults) -> None:
        """What struck, and how soon they were back."""
        struck = self._struck + self._proxy.struck
        report.strike("restarts", struck["restarts"], faults.restarts)
        report.strike("crashes", struck["crashes"], faults.crashes)
        for name in sorted(n for n in struck if n.startswith("crashes: ")):
            report.strike(name, struck[name], 0)
        report.strike("links cut", self._struck["links cut"], faults.cuts)
        cuts = {f.value: struck[f.value] for f in AroundCommit}
        report.strike("links cut around COMMIT", sum(cuts.values()), faults.around_commit)
        for name, times in cuts.items():
            report.strike(f"of these {name}", times, 0)
        for name, wanted in (
            ("links held still", faults.held_still),
            ("no more sessions", faults.crowded),
            ("read-only", faults.read_only),
            ("deadlocks", faults.deadlocks),
        ):
            report.strike(name, self._struck[name], wanted)
        if self._back:
            slowest = max(self._back)
            figure = f"at most {slowest:.1f} s, {sorted(self._back)[len(self._back) // 2]:.1f} s in the middle"
            report.aim(f"all workers back within {BACK_WITHIN:g} s by themselves", slowest <= BACK_WITHIN, figure)
            report.promise(
                "all workers back within 15 s, however slow the machine", slowest <= 15, f"{slowest:.1f} s"
            )

    def _measure(self) -> None:
        """How long until every worker has said something to the database again, from when it takes sessions."""
        since = self._base.one("select clock_timestamp()")
        begun = time.monotonic()

        def all_spoke() -> bool:
            return {w.name for w in self._crew.workers} <= self._base.spoke_since(since)

        try:
            until(all_spoke, 60, "all workers work again")
        except TimeoutError as error:
            said = self._base.all(
                "select application_name, state, wait_event, state_change, left(query, 60) from pg_stat_activity"
                " where datname = current_database()"
            )
            raise TimeoutError(f"{error}; {dict(self._struck)}; {said}; {self._crew.said[-3000:]}") from None
        self._back.append(time.monotonic() - begun)

    def _name(self) -> str:
        return str(psycopg.conninfo.conninfo_to_dict(self._base.url)["dbname"])

    def _owner(self, url: str = "") -> psycopg.Connection:
        """The server's superuser: in the maintenance database, or where it is told."""
        from linernotes.database.server import superuser_url

        return psycopg.connect(superuser_url(url or self._ground.url), autocommit=True)

    def _end_sessions(self, db: psycopg.Connection) -> None:
        db.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = %s and application_name like '%%:%%'",
            [self._name()],
        )
