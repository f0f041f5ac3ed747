"""What counts as stuck is what a dead worker left, never what a living one holds or what was put off on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.model.message import Message, Queue
from linernotes.queues import belt
from linernotes.queues.belt import Belt, Postponed

QUEUE = Queue.TRACK_DISCOVERY
TAKEN_AT = datetime.now(UTC) - timedelta(minutes=20)
"""Twenty minutes ago by the database's clock, which decides what is stuck."""


async def taken(pool: Any, db: Connection[Any]) -> tuple[Belt, list[Message]]:
    """A message that a worker took twenty minutes ago, for an hour."""
    belt.send_bodies(db, QUEUE, [{"key": "a", "body": {"albumId": "a"}}], TAKEN_AT)
    hands = Belt(pool, worker="one", now=lambda: TAKEN_AT, lease=timedelta(hours=1))
    return hands, await hands.claim(QUEUE, 10)


def stuck(db: Connection[Any]) -> int:
    row = db.execute("select count(*) from public.list_stuck_messages(%s, 5)", [QUEUE]).fetchone()
    assert row
    return int(row[0])


async def test_a_message_whose_worker_gave_no_sign_of_life_is_stuck(pool: Any, db: Connection[Any]):
    await taken(pool, db)
    assert stuck(db) == 1


async def test_a_message_whose_lease_is_renewed_is_not_stuck(pool: Any, db: Connection[Any]):
    hands, messages = await taken(pool, db)
    hands.now = lambda: datetime.now(UTC)
    assert await hands.renew(messages) == 1
    assert stuck(db) == 0


async def test_a_message_that_was_put_off_for_hours_is_not_stuck_and_is_not_brought_back(
    pool: Any, db: Connection[Any]
):
    _, messages = await taken(pool, db)
    until = datetime.now(UTC) + timedelta(hours=2)
    async with pool.connection() as connection:
        later = [Postponed(message=m, until=until, why="the source is busy", spent=False) for m in messages]
        await belt.postpone(connection, QUEUE, later, TAKEN_AT)
    assert stuck(db) == 0
    assert db.execute("select public.reset_stuck_messages(%s, 5)", [QUEUE]).fetchone() == (0,)
    assert db.execute("select vt from pgmq.q_track_discovery").fetchone() == (until,)


def test_a_message_that_another_program_took_by_sql_is_stuck_after_the_limit(db: Connection[Any]):
    db.execute("select public.pg_enqueue(%s, %s)", [QUEUE, Jsonb({"albumId": "a"})])
    db.execute("select public.pg_dequeue(%s, 1, 3600)", [QUEUE])
    db.execute("update pgmq.q_track_discovery set last_read_at = last_read_at - interval '6 minutes'")
    assert stuck(db) == 1


def test_a_worker_with_a_long_lease_gives_signs_of_life_more_often_than_the_monitor_asks_for(pool: Any):
    def beat(lease: timedelta) -> timedelta:
        return Belt(pool, worker="one", now=lambda: TAKEN_AT, lease=lease).beat

    assert beat(timedelta(seconds=30)) == timedelta(seconds=10)
    assert beat(timedelta(hours=1)) == timedelta(minutes=1) < timedelta(minutes=5) / 3
