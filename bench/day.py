"""A day of the scheduled jobs in fast motion, with faults: what is left over, and how the tables grow.

    ./run bench day [--hours 24] [--artists 30] [--seed 1]

Nothing but the jobs works on the queues. So many artists an hour arrive, each with two albums of three tracks; one
call in 25 to the source fails, and every four hours it asks everybody to wait for twenty minutes. Every 7 minutes a
worker dies with messages in its hands, every 13 another program does, every 45 a scheduler. What was given up by bad
luck is put back, and two quiet hours follow. Exits 1 when anything is lost or left over. Uses a database of its own
on the server that LINERNOTES_DATABASE_URL names, or on the embedded one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect, open_pool
from tests.chaos.a_day import ALBUMS, TRACKS, Day

START = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
QUIET_HOURS = 2
RECORDS = ("public.queue_metrics", "public.monitoring_events", "public.worker_issues", "linernotes.job_runs")
KEPT_DAYS = 30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=int, default=24, help="how many hours artists arrive")
    parser.add_argument("--artists", type=int, default=30, help="how many an hour")
    parser.add_argument("--seed", type=int, default=1, help="of the faults' moments")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with scratch_database() as url:
        return asyncio.run(measured(url, chosen.hours, chosen.artists, chosen.seed))


async def measured(url: str, hours: int, artists: int, seed: int) -> int:
    async with await open_pool(url, 8) as pool:
        with connect(url) as db:
            day = Day(pool, db, START, seed)
            began = time.monotonic()
            await day.pass_(hours * 60, artists_an_hour=artists)
            for letter in day.put_back():
                print("given up, and put back: {}, {} attempts, {}: {}".format(*letter))
            await day.pass_(QUIET_HOURS * 60, faults=False)
            tell(day, hours, time.monotonic() - began)
            return 1 if left_over(day) else 0


def tell(day: Day, hours: int, seconds: float) -> None:
    ledger, runs = day.ledger, sum(day.fired().values())
    print(f"{hours} h and {QUIET_HOURS} quiet ones in {seconds:.0f} s: {runs} ticks fired by two schedulers")
    print(
        f"faults: {ledger.workers_killed} workers, {ledger.strangers} other programs, {ledger.schedulers_killed} "
        f"schedulers died; {day.catalogue.failed} calls failed, {day.catalogue.refused} were told to wait"
    )
    print("longest queues by hour: " + " ".join(str(ledger.depths[h]) for h in sorted(ledger.depths)))
    outcomes = day.db.execute("select outcome, count(*) from linernotes.job_runs group by 1 order by 1").fetchall()
    print("runs: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes))
    for table in RECORDS:
        rows, size = day.rows(table), day.size(table)
        a_day = rows * 24 / (hours + QUIET_HOURS)
        print(f"{table}: {rows} rows, {size / 1e6:.1f} MB; {a_day * KEPT_DAYS:.0f} rows in {KEPT_DAYS} days")
    for table in ("artists", "albums", "tracks", "track_producers"):
        print(f"{table}: {day.rows(table)}")
    print("all that was sent is done, and nothing is left over" if not left_over(day) else f"WRONG: {left_over(day)}")


def left_over(day: Day) -> list[str]:
    """What is not as the ledger says, in words."""
    sent = day.ledger.artists
    found = {
        "artists": day.names("select name from artists") == sent,
        "albums": day.rows("albums") == len(sent) * ALBUMS,
        "tracks": day.rows("tracks") == len(sent) * ALBUMS * TRACKS,
        "credits": day.rows("track_producers") == len(sent) * ALBUMS * TRACKS,
        "dead letters": day.given_up() == day.ledger.unknown,
        "queues": day.waiting() == 0,
        "states": day.names("select distinct state from processing_status") <= {"COMPLETED", "FAILED"},
        "locks": day.rows("processing_locks") == 0,
        "runs": day.one("select count(*) from linernotes.job_runs where finished_at is null") == 0,
        "sessions": day.one(
            "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
        )
        == 0,
    }
    return [name for name, right in found.items() if not right]


if __name__ == "__main__":
    sys.exit(main())
