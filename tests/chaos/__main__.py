"""`./run chaos`: the long forms of the scenarios, each promise printed with its evidence.

./run chaos                          everything, one seed
./run chaos --seeds 3 workers        killed workers, three seeds
./run chaos endings database         some of the scenarios
./run chaos machines                 two machines; needs root and `ip`
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.chaos import (
    database_faults,
    deliveries,
    ending,
    full_disk,
    killing,
    pausing,
    scheduling,
    strange,
    tokens,
    upstream,
)
from tests.chaos import machines as two_machines
from tests.chaos.catalogue import Size
from tests.chaos.database_faults import Faults
from tests.chaos.deliveries import Arrangement
from tests.chaos.full_disk import Fillings
from tests.chaos.ground import Ground
from tests.chaos.killing import Plan
from tests.chaos.plans import HEAVY, LONG, LONG_BLOWS, ROUNDS_OF_BLOWS, STORM
from tests.chaos.report import Report

Scenario = Callable[[Ground, Path, list[int]], Iterator[Report]]


def workers(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """200 kills and 40 poisonous messages among 5,300, in about the time of a run without."""
    yield from _storms(STORM, ground, log, seeds)


def heavy(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """Twice as many in the same time: a worker lives for less than a second."""
    yield from _storms(HEAVY, ground, log, seeds)


def _storms(plan: Plan, ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    twin = killing.calm(ground.base(), plan, log)
    for seed in seeds:
        yield killing.storm(ground.base(), plan, twin, seed, log)


def endings(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """How soon a dead worker's work goes on; 50 times SIGTERM with work that cannot be finished. Of the first seed:
    a time for each blow."""
    yield ending.die(ground.base(), LONG, 20, seeds[0], log)
    yield ending.stop(ground.base(), LONG, 5, 10, log)


def pauses(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """50 pauses beyond the lease, five in each of ten crawls from the first seed on."""
    twin = killing.calm(ground.base(), LONG, log)
    for seed in range(seeds[0], seeds[0] + ROUNDS_OF_BLOWS):
        yield pausing.endure(ground.base(), LONG, twin, LONG_BLOWS, seed, log)


def database(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """20 restarts, 20 crashes, 500 links cut, 200 around COMMIT, 20 deadlocks, and the rest."""
    plan = replace(LONG, size=Size(artists=150, albums=3, tracks=8), interval=0.5)
    twin = killing.calm(ground.base(), replace(plan, interval=LONG.interval), log)
    faults = Faults(
        restarts=20, crashes=20, cuts=500, around_commit=200, held_still=20, crowded=10, read_only=10, deadlocks=20
    )
    for seed in seeds:
        yield database_faults.endure(ground, plan, twin, faults, seed, log)


def disk(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """The disk of the tables full ten times, each time for six leases, and that of the log ten times."""
    plan = replace(LONG, size=Size(artists=30, albums=3, tracks=8), interval=0.3)
    twin = killing.calm(ground.base(), replace(plan, interval=LONG.interval), log)
    for seed in seeds:
        home = log.with_name(f"disk-{seed}")
        yield full_disk.endure(home, plan, twin, Fillings(tables=10, log=10, leases=6), seed, log)


def deliver(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """Every message up to three times and in reversed order; then shuffled, and 100 delivered again while in hand."""
    plan = replace(LONG, size=Size(artists=20, albums=5, tracks=8))
    twin = killing.calm(ground.base(), plan, log)
    for seed in seeds:
        yield deliveries.endure(ground.base(), plan, twin, Arrangement.REVERSED, seed, log)
        slow = replace(plan, interval=0.3)
        yield deliveries.endure(ground.base(), slow, twin, Arrangement.SHUFFLED, seed, log, again=100)


def sources(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """Nine in ten questions answered wrongly first, silence and slow drips among them; a wait of hours; a world that
    is strange for good; and tokens that end in the middle."""
    twin = killing.calm(ground.base(), LONG, log)
    for seed in seeds:
        yield upstream.endure(ground.base(), replace(LONG, interval=0.2), twin, seed, log, slow=True)
    yield upstream.wait_for_hours(ground.base(), LONG, log)
    yield strange.endure(ground.base(), replace(LONG, interval=0.1), twin, log)
    faults = tokens.Faults(expire_every=20, lead_away_every=15)
    yield tokens.endure(ground.base(), Size(artists=15, albums=8, tracks=12), faults, log)


def schedulers(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """50 kills of whichever of three schedulers fired last."""
    for seed in seeds:
        yield scheduling.kill_the_last(ground.base(), 50, seed, log)


def machines(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """One crawl by one machine and by two, each with a network of its own; then two at one narrow budget."""
    yield from two_machines.endure(log.with_name("machines-server"), log)


def redis(ground: Ground, log: Path, seeds: list[int]) -> Iterator[Report]:
    """The same input with Redis absent, present, flushed, killed, slow and lying."""
    from tests.chaos import redis_faults  # the client of Redis is an extra

    plan = replace(LONG, size=Size(artists=20, albums=5, tracks=8), interval=0.1)
    twin = killing.calm(ground.base(), plan, log)
    for seed in seeds:
        yield from redis_faults.endure(ground.base, plan, twin, seed, log, wanted=10)


SCENARIOS: dict[str, Scenario] = {
    "workers": workers,
    "heavy": heavy,
    "endings": endings,
    "pauses": pauses,
    "database": database,
    "disk": disk,
    "deliveries": deliver,
    "sources": sources,
    "schedulers": schedulers,
    "machines": machines,
    "redis": redis,
}


def main() -> int:
    """Run what was asked for; 1 when a promise was broken or a fault did not strike."""
    parser = argparse.ArgumentParser(prog="./run chaos", description="Break things, and see what holds.")
    parser.add_argument("scenarios", nargs="*", help=f"of {', '.join(SCENARIOS)}; none means all")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how many seeds, from 1 on")
    parser.add_argument("--seed", type=int, help="this seed alone")
    given = parser.parse_args()
    if unknown := set(given.scenarios) - set(SCENARIOS):
        parser.error(f"there is no scenario {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    seeds = [given.seed] if given.seed is not None else list(range(1, given.seeds + 1))
    broken = 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was made is removed then too
    with tempfile.TemporaryDirectory(prefix="linernotes-chaos-") as folder:
        Path(folder).chmod(0o755)  # when root runs this, another account runs the server
        ground = Ground(Path(folder) / "server")
        try:
            for name in given.scenarios or SCENARIOS:
                broken += _run(SCENARIOS[name](ground, Path(folder) / f"{name}.log", seeds))
        finally:
            ground.close()
    print("every promise held" if not broken else f"{broken} reports with a broken promise")
    return 1 if broken else 0


def _run(reports: Iterator[Report]) -> int:
    broken, begun = 0, time.monotonic()
    for report in reports:
        print(f"{report}\n  took     {time.monotonic() - begun:.0f} s\n", flush=True)
        broken += bool(report.failures)
        begun = time.monotonic()
    return broken


if __name__ == "__main__":
    sys.exit(main())
