"""How a batch ends: what is finished, comes again or is given up, and what is sent on.

All of it happens in the caller's transaction, one statement each, whatever the size of the batch. The rules live in
SQL: finish_messages, postpone_messages, bury_messages, send_once and their neighbours in functions/linernotes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg import Connection as SyncConnection
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from linernotes.model.message import Message, Queue, Send
from linernotes.queries import load_queries

SQL = load_queries("linernotes.queues", "belt.sql")

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponed:
    """A message to look at again at a time. spent says whether the attempt counts.

    One with a source is parked until the source can be asked again.
    """

    message: Message
    until: datetime
    why: str
    spent: bool
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buried:
    """A message that is given up, with what its dead letter says."""

    message: Message
    step: str
    error_class: str
    error: str
    issue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A message whose work is done and counts as done until fresh_until (None: for ever)."""

    message: Message
    fresh_until: datetime | None
    note: str | None = None


def leases_of(messages: Sequence[Message]) -> dict[str, Any]:
    """The deliveries that are ours, as the statements take them; all of one queue."""
    return {
        "queue": messages[0].queue,
        "msg_ids": [m.msg_id for m in messages],
        "read_counts": [m.read_ct for m in messages],
    }


async def hold(connection: Connection, messages: Sequence[Message]) -> set[int]:
    """The ids of those messages that are still ours, locked until the transaction ends."""
    cursor = await connection.execute(SQL["hold"], leases_of(messages))
    return {row[0] for row in await cursor.fetchall()}


async def release(connection: Connection, messages: Sequence[Message]) -> None:
    """Give back the locks of what these messages are about, also of those that we have lost."""
    await connection.execute(SQL["release"], leases_of(messages))


async def finish(connection: Connection, queue: Queue, done: Sequence[Finished], now: datetime) -> None:
    """Delete these messages and keep their keys as done."""
    if done:
        rows = [
            {
                "msg_id": f.message.msg_id,
                "message": f.message.body,
                "fresh_until": f.fresh_until.isoformat() if f.fresh_until else None,
                "note": f.note,
            }
            for f in done
        ]
        await connection.execute(SQL["finish"], {"queue": queue, "rows": Jsonb(rows), "now": now})


async def postpone(connection: Connection, queue: Queue, later: Sequence[Postponed], now: datetime) -> None:
    """Hide these messages until their time; park those that wait for a source."""
    if later:
        rows = [
            {
                "msg_id": p.message.msg_id,
                "message": p.message.body,
                "until": p.until.isoformat(),
                "why": p.why,
                "spent": p.spent,
                "source": p.source,
            }
            for p in later
        ]
        await connection.execute(SQL["postpone"], {"queue": queue, "rows": Jsonb(rows), "now": now})


async def bury(connection: Connection, queue: Queue, dead: Sequence[Buried], worker: str, now: datetime) -> None:
    """Archive these messages, each with a dead letter that explains it."""
    if dead:
        rows = [
            {
                "msg_id": b.message.msg_id,
                "message": b.message.body,
                "attempts": b.message.attempts,
                "first_at": b.message.first_at.isoformat(),
                "worker": worker,
                "step": b.step,
                "error_class": b.error_class,
                "error": b.error,
                "issue": b.issue,
            }
            for b in dead
        ]
        await connection.execute(SQL["bury"], {"queue": queue, "rows": Jsonb(rows), "now": now})


async def send(connection: Connection, sends: Sequence[Send], ids: Mapping[Any, UUID], now: datetime) -> int:
    """Send follow-ups, one statement a queue; how many went out (known keys do not). ids resolves their keys.

    About who was forgotten, and so has no id, nothing is sent.
    """
    sent = 0
    by_queue: dict[Queue, dict[str, dict[str, Any]]] = {}
    for one in sends:
        entity_id = one.about if isinstance(one.about, UUID) else ids.get(one.about)
        if entity_id is None:
            continue
        by_queue.setdefault(one.queue, {})[one.key(entity_id)] = {**one.body, one.id_field: str(entity_id)}
    for queue in sorted(by_queue):
        rows = [{"key": key, "body": body} for key, body in by_queue[queue].items()]
        cursor = await connection.execute(SQL["send"], {"queue": queue, "rows": Jsonb(rows), "now": now})
        row = await cursor.fetchone()
        sent += row[0] if row else 0
    return sent


async def measure(
    connection: Connection,
    queue: Queue,
    *,
    started_at: datetime,
    now: datetime,
    done: int,
    failed: int,
    postponed: int,
    worker: str,
) -> None:
    """One queue_metrics row for the batch."""
    await connection.execute(
        SQL["measure"],
        {
            "queue": queue,
            "started_at": started_at,
            "now": now,
            "done": done,
            "failed": failed,
            "processed": done + failed + postponed,
            "details": Jsonb({"worker": worker, "postponed": postponed}),
        },
    )


def send_bodies(db: SyncConnection[Any], queue: Queue, rows: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Send messages that begin something: [{"key", "body"}], each key once; how many went out."""
    if not rows:
        return 0
    row = db.execute(SQL["send"], {"queue": queue, "rows": Jsonb(list(rows)), "now": now}).fetchone()
    return int(row[0]) if row else 0
