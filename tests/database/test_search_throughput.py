"""What each queue got done lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from psycopg import Connection

from linernotes.search.throughput import STEPS, throughput

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def batch(db: Connection, minutes_ago: float, done: int, failed: int = 0, queue: str = "album_discovery") -> None:
    at = NOW - timedelta(minutes=minutes_ago)
    db.execute(
        "insert into queue_metrics (queue_name, operation, started_at, success_count, error_count, created_at)"
        " values (%s, 'batch', %s, %s, %s, %s)",
        [queue, at, done, failed, at],
    )


def test_batches_of_five_minutes_are_one_step_and_the_latest_is_last(db: Connection) -> None:
    for minutes_ago, done, failed in ((0.5, 3, 1), (4.9, 2, 0), (5.1, 7, 0), (119, 11, 2)):
        batch(db, minutes_ago, done, failed)
    found = throughput(db, NOW)["album_discovery"]
    assert (len(found.done), found.done[-2:], found.done[0]) == (STEPS, (7, 5), 11)
    assert (found.failed[-1], found.failed[0], sum(found.failed)) == (1, 2, 3)


def test_what_is_older_or_not_yet_is_left_out(db: Connection) -> None:
    batch(db, 121, 5)
    batch(db, -1, 5)
    assert throughput(db, NOW) == {}
