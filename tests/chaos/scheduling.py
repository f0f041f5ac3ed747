"""Scenario 5: three schedulers on one database, of which the one that fired last is killed, again and again.

The jobs are due within seconds instead of minutes: four of them, each every four seconds, one second apart. Each
execution leaves a row in a ledger of the trial's own, in the transaction that ends the run.
"""

from __future__ import annotations

import random
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.chaos.base import Base
from tests.chaos.crew import Crew, until
from tests.chaos.hand import Order
from tests.chaos.report import Report

SCHEDULERS = 3
EVERY = 4
"""Seconds between two ticks of a job."""
LEASE = 2.0
"""Seconds that stand for the minute of a run's lease: shorter than the time between two ticks of a job, so that
seldom a tick is skipped because the run before it is not yet known to be lost."""

CONNECTED = """
    select distinct application_name from pg_stat_activity
    where datname = current_database() and application_name like '%:%'
"""
TICKS = f"""
    with ticks as (
        select j.name as job, t.at
        from linernotes.jobs j
        cross join generate_series(date_trunc('minute', %(begun)s::timestamptz), %(ended)s, interval '1 second') t(at)
        where mod(extract(second from t.at)::integer, {EVERY}) = right(j.name, 1)::integer
          and t.at > %(begun)s and t.at <= %(ended)s
    )
    select t.job, t.at, count(r.id) as runs, max(r.outcome) as outcome, count(e.begun) as executions
    from ticks t
    left join linernotes.job_runs r on r.job = t.job and r.due_at = t.at
    left join audit.executions e on e.job = t.job and r.outcome = 'done' and e.xid = r.xmin
    group by t.job, t.at order by t.at
"""
"""Every tick that the clock says there was, with its runs, and the executions whose transaction ended those."""

UNASKED = """
    select e.job, e.begun from audit.executions e
    where 1 <> (select count(*) from linernotes.job_runs r
                where r.job = e.job and r.outcome = 'done' and r.xmin = e.xid)
"""
SKIPPED = """
    select s.job, s.due_at, exists (select from linernotes.job_runs r where r.job = s.job and r.outcome = 'lost'
                                    and s.started_at between r.started_at and r.finished_at) as behind_a_lost_one
    from linernotes.job_runs s where s.outcome = 'skipped'
"""
OVER = """
    select not exists (select from linernotes.job_runs r where r.finished_at is null and r.held_until < now())
       and not exists (select from linernotes.jobs j where not exists (
           select from linernotes.job_runs r where r.job = j.name and r.due_at > %s))
"""
"""Whether every job was fired after this time, and no dead run is untold."""

LEFT = "select from linernotes.job_runs where run_by = %s and (finished_at is null or outcome = 'lost')"


def kill_the_last(base: Base, kills: int, seed: int, log: Path) -> Report:
    """Kill -9 whichever scheduler fired last, so many times; each is replaced at once."""
    choose = random.Random(seed)
    report = Report(f"Schedulers are killed, seed {seed}: {SCHEDULERS} of them, 4 jobs, each due every {EVERY} s")
    with base.open() as db:
        db.execute(Path(__file__).with_name("ledger.sql").read_text())
    order = Order(url=base.url, environment={}, arguments=("scheduler",), run_lease=LEASE)
    with Crew(SCHEDULERS, order, log) as crew:
        _all_there(base, crew)
        begun = base.one("select clock_timestamp()")
        killed: dict[str, bool] = {}
        for number in range(kills):
            name, had_open = _kill(base, crew, choose.uniform(0.0, 0.6) if number % 3 == 2 else 0.0)
            killed[name] = had_open
            crew.fill()
            _all_there(base, crew)
        ended = base.one("select clock_timestamp()")
        until(lambda: bool(base.one(OVER, ended)), 60, "the ticks after the last kill are over")
        report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * SCHEDULERS)
    report.strike("kill -9 of the scheduler that fired last", len(killed), kills)
    report.strike("of these with a run open", sum(killed.values()), max(1, kills // 5))
    _judge(report, base, begun, ended, killed)
    return report


def _all_there(base: Base, crew: Crew) -> None:
    names = {worker.name for worker in crew.workers}
    until(lambda: names <= _connected(base), 60, "all schedulers are there")


def _kill(base: Base, crew: Crew, later: float) -> tuple[str, bool]:
    """Wait for the next job that fires; its scheduler dies, so many seconds later. Its name, and whether a run of it
    was cut short."""
    last = base.one("select coalesce(max(started_at), to_timestamp(0)) from linernotes.job_runs")
    until(
        lambda: bool(base.all("select from linernotes.job_runs where started_at > %s", last)),
        60,
        "a job fires",
        0.005,
    )
    time.sleep(later)  # some strike as the run ends, or after it
    name = base.one("select run_by from linernotes.job_runs order by started_at desc limit 1")
    victim = next(worker for worker in crew.workers if worker.name == name)
    victim.signal(signal.SIGKILL)
    victim.end(10)
    until(lambda: name not in _connected(base), 60, "its sessions end, and a COMMIT on its way is carried out")
    return name, bool(base.all(LEFT, name))


def _connected(base: Base) -> set[str]:
    return {row[0] for row in base.all(CONNECTED)}


def _judge(report: Report, base: Base, begun: datetime, ended: datetime, killed: dict[str, bool]) -> None:
    with base.open() as db:
        ticks = db.execute(TICKS, {"begun": begun, "ended": ended}).fetchall()
    done = [t for t in ticks if t[3] == "done"]
    lost = base.all("select run_by, job, due_at from linernotes.job_runs where outcome = 'lost'")
    report.promise(
        "every tick of every job has exactly one run", all(t[2] == 1 for t in ticks), f"{len(ticks)} ticks"
    )
    skipped = base.all(SKIPPED)
    report.nothing("none failed or left open", [t for t in ticks if t[3] not in ("done", "lost", "skipped")])
    report.nothing("none skipped but behind a run whose scheduler died", [s for s in skipped if not s[2]])
    report.nothing("each that is done was executed once, by the ledger", [t for t in done if t[4] != 1])
    report.nothing("no execution without its one run", base.all(UNASKED))
    report.nothing("only runs of killed schedulers are lost", [r for r in lost if r[0] not in killed])
    report.promise("each killed with a run open left a lost one", *_told(lost, killed))
    began, kept = base.one("select last_value from audit.begun"), base.one("select count(*) from audit.executions")
    report.note(
        f"{len(done)} ticks done, {len(lost)} lost; {began} executions begun, {kept} kept, the rest rolled back"
    )
    firing: list[tuple[Any, ...]] = base.all("select run_by, count(*) from linernotes.job_runs group by 1")
    report.note(f"{len(firing)} schedulers fired, one of them {max(n for _, n in firing)} times at most")


def _told(lost: list[tuple[Any, ...]], killed: dict[str, bool]) -> tuple[bool, str]:
    owners, had_open = {row[0] for row in lost}, {name for name, was_open in killed.items() if was_open}
    return had_open == owners, f"{len(lost)} lost runs of {len(owners)} schedulers, {len(had_open)} had one open"
