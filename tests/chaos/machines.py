"""Two machines at one database and one source.

Each machine is a network and a host name of its own; what they share they reach over the wire: PostgreSQL with a
password, and a MusicBrainz that counts who asked it and when.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tests.chaos.base import Base, differences
from tests.chaos.catalogue import Size, send_artists, world_of
from tests.chaos.crew import Crew, until
from tests.chaos.ground import Ground
from tests.chaos.killing import Calm, Plan, order
from tests.chaos.lan import Lan, Machine, lan, why_not
from tests.chaos.pace import closest, most_in, share_used
from tests.chaos.report import Report
from tests.sources.mock_musicbrainz import World, answer
from tests.sources.mock_server import Asked, MockServer, Reply

REQUIRE_ALL = "LINERNOTES_REQUIRE_ALL"
LATENCY = 0.25
"""Seconds until the slow source answers: this binds the work, since a process has three questions open at most."""
TURNS = 3
"""How many batches of one queue a worker has in hand at once. Each asks one question after the other."""

SLOW = Plan(
    size=Size(artists=60, albums=6, tracks=4),
    interval=0.005,
    lease=10,
    kills=0,
    killing=0,
    raising=0,
    kill_every=0,
    patience=600,
)
"""One request each 5 ms is allowed, far more than two machines send."""

PACED = replace(SLOW, interval=0.25)
PACED_CALLS = 240

SPEEDUP, LEAST_SPEEDUP = 1.6, 1.2
"""What two machines are to do when one does 1, and what they must do on however busy a host."""
USED, LEAST_USED = 0.95, 0.8
"""How much of a rate is to be used under load, and how much must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where it takes place."""

    ground: Ground
    lan: Lan
    log: Path


def endure(home: Path, log: Path) -> Iterator[Report]:
    """Both trials, or the reason why there are none here. The server of the trials lies in home."""
    if why := why_not():
        yield skipped(why)
        return
    with lan(2) as net, ExitStack() as afterwards:
        ground = Ground(home)
        afterwards.callback(ground.close)
        ground.listen(net.address, net.network)
        site = Site(ground=ground, lan=net, log=log)
        yield speed(site, SLOW)
        yield budget(site, PACED, PACED_CALLS)


def skipped(why: str) -> Report:
    """A report of nothing tried, which fails where nothing may be left out."""
    report = Report("Two machines: not tried")
    report.note(why)
    if os.environ.get(REQUIRE_ALL) == "1":
        report.promise(f"nothing is left out ({REQUIRE_ALL})", False, why)
    return report


def speed(site: Site, plan: Plan) -> Report:
    """The same crawl by one machine and by two, from a source that takes its time: the same tables, sooner."""
    report = Report(
        f"One machine and two, one worker each: {plan.size.messages} messages, "
        f"a source that answers after {LATENCY * 1000:.0f} ms"
    )
    one = crawl(site, plan, site.lan.machines[:1], report)
    two = crawl(site, plan, site.lan.machines, report)
    report.nothing("the same tables by two machines as by one", differences(one.tables, two.tables))
    ratio = one.seconds / two.seconds
    figure = f"{ratio:.2f} times: {one.seconds:.1f} s by one, {two.seconds:.1f} s by two"
    report.aim(f"two machines do at least {SPEEDUP} times the work of one", ratio >= SPEEDUP, figure)
    report.promise(f"and at least {LEAST_SPEEDUP} times, however busy the host", ratio >= LEAST_SPEEDUP)
    return report


def crawl(site: Site, plan: Plan, machines: Sequence[Machine], report: Report) -> Calm:
    """Work through the world from beginning to end; how long that took once all were there."""
    base = site.ground.base()
    world = world_of(plan.size)
    with MockServer(lambda asked: _late(world, asked), host=site.lan.address) as mock, ExitStack() as crews:
        manned = man(site, base, mock, plan, machines, crews)
        begun = time.monotonic()
        send_artists(base, plan.size)
        until(lambda: not base.waiting, plan.patience, "nothing is left to do")
        seconds = time.monotonic() - begun
        _stop(report, manned)
        who = _strike(report, mock, machines)
    report.nothing("0 lost, 0 dead letters, nothing stuck", [*base.lost(), *base.letters(), *base.stuck()])
    report.note(f"{len(machines)} at work: {len(mock.asked) / seconds:.1f} requests a second; {who}")
    return Calm(tables=base.tables(), seconds=seconds, calls=len(mock.asked))


def budget(site: Site, plan: Plan, calls: int) -> Report:
    """More work than the rate allows, on both machines: the source counts no more than it allows, and hardly less."""
    report = Report(f"Two machines share a budget of one request each {plan.interval} s: {calls} requests under load")
    base = site.ground.base()
    world = world_of(plan.size)
    with MockServer(lambda asked: answer(world, asked), host=site.lan.address) as mock, ExitStack() as crews:
        manned = man(site, base, mock, plan, site.lan.machines, crews)
        send_artists(base, plan.size)
        until(lambda: len(mock.asked) >= calls, 4 * calls * plan.interval, f"{calls} requests were sent")
        left = base.waiting
        _stop(report, manned)
        who = _strike(report, mock, site.lan.machines)
    times = [asked.at for asked in mock.asked[:calls]]
    report.promise("there was work to the end", left > 0, f"{left} messages left")
    most = most_in(times, 10 * plan.interval)
    report.promise("never more than the rate allows", most <= 11, f"at most {most} in the time of ten")
    used = share_used(times, plan.interval)
    report.promise("nor is the rate exceeded over all", used <= 1, f"{used:.3f} of it")
    report.aim(f"at least {USED} of the rate is used", used >= USED, f"{used:.3f}")
    report.promise(f"and at least {LEAST_USED}, however busy the host", used >= LEAST_USED)
    report.note(f"{closest(times):.3f} s apart at least; {who}")
    report.nothing("0 lost, 0 dead letters", [*base.lost(), *base.letters()])
    return report


def man(
    site: Site, base: Base, mock: MockServer, plan: Plan, machines: Sequence[Machine], crews: ExitStack
) -> list[Crew]:
    """One worker on each machine, listening."""
    told = replace(
        order(base, mock, plan),
        url=site.ground.over_the_wire(base),
        arguments=("worker", "--concurrency", str(TURNS)),
    )
    manned = [crews.enter_context(Crew(1, replace(told, machine=m), site.log)) for m in machines]
    hosts = {m.name for m in machines}
    until(lambda: {name.split(":")[0] for name in base.at_work()} == hosts, 60, "every machine listens")
    return manned


def _late(world: World, asked: Asked) -> Reply:
    reply = answer(world, asked)
    time.sleep(LATENCY)  # what a slow source is
    return reply


def _stop(report: Report, manned: Sequence[Crew]) -> None:
    ended = [crew.stop() for crew in manned]
    report.promise(f"SIGTERM at the end: {len(ended)} of {len(ended)} exit 0", ended == [[0]] * len(ended))


def _strike(report: Report, mock: MockServer, machines: Sequence[Machine]) -> str:
    """Count a strike for each machine that did its part: a quarter of the requests of a fair share at least."""
    calls = Counter(asked.client for asked in mock.asked)
    least = len(mock.asked) // len(machines) // 4
    for number, machine in enumerate(machines, start=1):
        report.strike(f"requests from machine {number} of {len(machines)}", calls[machine.address], max(1, least))
    return "by machine: " + ", ".join(str(calls[m.address]) for m in machines)
