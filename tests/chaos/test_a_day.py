"""Hours of the schedule in fast motion: everything that was sent is done, nothing grows, nothing is left over.

`./run bench day` runs a whole day of it and prints the figures.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection

from linernotes.model.schedule import next_due
from tests.chaos.a_day import ALBUMS, TRACKS, Day

NIGHT = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def ticks(schedule: str, start: datetime, end: datetime) -> int:
    """How often a schedule is due after start and up to end."""
    count, at = 0, next_due(schedule, start)
    while at is not None and at <= end:
        count, at = count + 1, next_due(schedule, at)
    return count


async def test_three_hours_with_faults_end_with_everything_done_and_nothing_left(pool: Any, db: Connection[Any]):
    day = Day(pool, db, NIGHT)
    assert day.clock.replaced > 20
    db.execute(
        "insert into queue_metrics (queue_name, operation, created_at) values ('q', 'batch', %s)",
        [NIGHT - timedelta(days=30)],
    )
    await day.pass_(120, artists_an_hour=20)
    assert all(attempts == 5 for _, attempts, _, _ in day.put_back())
    await day.pass_(60, faults=False)
    done, sent = day.ledger, day.ledger.artists

    # The faults struck.
    assert min(done.workers_killed, done.strangers, done.schedulers_killed) >= 1
    assert min(day.catalogue.failed, day.catalogue.refused) >= 1

    # Nothing is lost and nothing is there twice: the tables are what was sent.
    assert len(sent) == 38
    assert day.names("select name from artists") == sent
    assert day.one("select count(*) from albums") == len(sent) * ALBUMS
    assert day.one("select count(*) from tracks") == len(sent) * ALBUMS * TRACKS
    assert day.one("select count(distinct track_id) from track_producers") == len(sent) * ALBUMS * TRACKS
    assert day.one("select count(*) from track_producers") == len(sent) * ALBUMS * TRACKS
    assert day.given_up() == done.unknown
    assert day.one("select count(*) from producers") == day.one("select count(*) from linernotes.producer_links")

    # Nothing is left over.
    assert day.waiting() == 0
    assert day.names("select distinct state from processing_status") == {"COMPLETED", "FAILED"}
    assert day.one("select count(*) from processing_status where state = 'FAILED'") == len(done.unknown)
    assert day.one("select count(*) from processing_locks") == 0
    assert day.one("select count(*) from linernotes.job_runs where finished_at is null") == 0

    # Each job fired at each of its ticks, once.
    schedules = dict(db.execute("select name, schedule from linernotes.jobs").fetchall())
    assert day.fired() == Counter({n: c for n, s in schedules.items() if (c := ticks(s, NIGHT, day.clock.now))})
    outcomes = Counter(dict(db.execute("select outcome, count(*) from linernotes.job_runs group by 1").fetchall()))
    assert set(outcomes) == {"done", "lost"}
    assert outcomes["lost"] == done.schedulers_killed

    # What is old went in the night, and the tables of records grow by the jobs alone.
    assert day.one("select count(*) from queue_metrics where queue_name = 'q'") == 0
    assert day.one("select count(*) from queue_metrics") <= sum(day.fired().values()) * 5
