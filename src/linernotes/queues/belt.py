"""The belt between the stages: taking messages under a lease, and what becomes of them.

Everything that settles a batch happens in the caller's transaction. The rules live in the SQL functions of
functions/linernotes (claim_batch, hold_leases, finish_messages, postpone_messages, bury_messages, send_once).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg import Connection as SyncConnection
from psycopg.rows import TupleRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from linernotes.model.message import Message, Queue, Send
from linernotes.queries import load_queries

SQL = load_queries("linernotes.queues", "belt.sql")
CHANNEL = "linernotes"
"""Where senders wake sleeping workers; the payload is the queue's name."""

LONGEST_BEAT = timedelta(minutes=1)

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]
Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What waits on a queue. next_at is when the next hidden or parked message can go on."""

    queue: str
    visible: int
    hidden: int
    next_at: datetime | None
    oldest_at: datetime | None
    parked: int = 0

    @property
    def waiting(self) -> int:
        """All that is not done: visible, hidden or parked."""
        return self.visible + self.hidden + self.parked


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


ToldDone = Callable[[str, Sequence[Finished]], Awaitable[None]]
"""Told of finished messages once they are committed; it must not raise."""


class Belt:
    """One worker's hands on the five queues."""

    def __init__(
        self,
        pool: Pool,
        *,
        worker: str,
        now: Callable[[], datetime],
        lease: timedelta = timedelta(seconds=30),
        max_attempts: int = 5,
        told_done: ToldDone | None = None,
    ) -> None:
        self._pool = pool
        self._told_done = told_done
        self.worker = worker
        self.now = now
        self.lease = lease
        self.max_attempts = max_attempts

    @property
    def beat(self) -> timedelta:
        """How often work that goes on gives a sign of life: three times a lease, and at least once a minute, because
        the queue monitor frees what gave none for five."""
        return min(self.lease / 3, LONGEST_BEAT)

    async def claim(self, queue: Queue, limit: int) -> list[Message]:
        """Take up to `limit` messages; each is ours until its lease ends or somebody settles it."""
        while True:
            async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
                await cursor.execute(
                    SQL["claim"],
                    {
                        "queue": queue,
                        "limit": limit,
                        "lease": self.lease,
                        "worker": self.worker,
                        "max_attempts": self.max_attempts,
                        "now": self.now(),
                    },
                )
                rows = await cursor.fetchall()
            if not rows or rows[0]["msg_id"] is not None:  # else: nothing but finished or locked work so far
                break
        return [
            Message(
                queue=queue,
                msg_id=r["msg_id"],
                read_ct=r["read_ct"],
                body=r["message"] if isinstance(r["message"], dict) else {},
                attempts=r["attempts"],
                first_at=r["first_at"],
                suspect=r["suspect"],
                probes=r["probes"],
            )
            for r in rows
        ]

    async def suspect_waits(self, queue: Queue) -> bool:
        """Whether the next message of this queue may have killed its last worker: it is begun with empty hands."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute(SQL["suspect"], {"queue": queue, "now": self.now()})).fetchone()
        return bool(row and row[0])

    async def look_at_connections(self) -> None:
        """After the database was away: throw broken connections away, so that the next statement meets a good one."""
        await self._pool.check()

    async def renew(self, messages: Sequence[Message]) -> int:
        """Extend our leases while work goes on; how many are still ours."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                SQL["renew"], _leases(messages) | {"lease": self.lease, "now": self.now()}
            )
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def give_back(self, messages: Sequence[Message]) -> None:
        """Make those that are still ours visible again at once; the attempt that was cut short does not count."""
        now = self.now()
        async with self._pool.connection() as connection, connection.transaction():
            held = await hold(connection, messages)
            back = [
                Postponed(message=m, until=now, why="its worker was stopped", spent=False)
                for m in messages
                if m.msg_id in held
            ]
            if back:
                await postpone(connection, messages[0].queue, back, now)
            await release(connection, messages)

    async def tell_done(self, queue: Queue, finished: Sequence[Finished]) -> None:
        """Tell whoever wants to know of what was finished; call it once that is committed."""
        if self._told_done is not None and finished:
            await self._told_done(queue, finished)

    async def ripe(self, queue: Queue, full: int, patience: timedelta) -> bool:
        """Whether to read a queue whose stage asks once for many: a full batch, a long wait, or nothing upstream."""
        upstream = list(Queue)[: list(Queue).index(queue)]
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                SQL["ripe"],
                {
                    "queue": queue,
                    "upstream": [str(q) for q in upstream],
                    "full": full,
                    "patience": patience,
                    "now": self.now(),
                },
            )
            row = await cursor.fetchone()
        return bool(row and row[0])

    async def with_work(self, queues: Sequence[Queue]) -> list[str]:
        """Those of these queues on which something can be taken now."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                SQL["with_work"], {"queues": [str(q) for q in queues], "now": self.now()}
            )
            return [row[0] for row in await cursor.fetchall()]

    async def depths(self) -> list[Depth]:
        """What waits on every registered queue."""
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            rows = await (await cursor.execute(SQL["depths"], {"now": self.now()})).fetchall()
        return [
            Depth(
                queue=r["queue_name"],
                visible=r["visible"],
                hidden=r["hidden"],
                next_at=r["next_at"],
                oldest_at=r["oldest_at"],
                parked=r["parked"],
            )
            for r in rows
        ]


def _leases(messages: Sequence[Message]) -> dict[str, Any]:
    return {
        "queue": messages[0].queue,
        "msg_ids": [m.msg_id for m in messages],
        "read_counts": [m.read_ct for m in messages],
    }


async def hold(connection: Connection, messages: Sequence[Message]) -> set[int]:
    """The ids of those messages that are still ours, locked until the transaction ends."""
    cursor = await connection.execute(SQL["hold"], _leases(messages))
    return {row[0] for row in await cursor.fetchall()}


async def release(connection: Connection, messages: Sequence[Message]) -> None:
    """Give back the locks of what these messages are about, also of those that we have lost."""
    await connection.execute(SQL["release"], _leases(messages))


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
    """Send follow-ups, one statement a queue; how many went out (known keys do not). ids resolves their keys."""
    sent = 0
    by_queue: dict[Queue, dict[str, dict[str, Any]]] = {}
    for one in sends:
        entity_id = one.about if isinstance(one.about, UUID) else ids[one.about]
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


def replay(
    db: SyncConnection[Any], now: datetime, *, queue: str | None = None, ids: Sequence[UUID] | None = None
) -> int:
    """Put dead letters back on their queue with no attempts spent: those of the ids, else all of a queue, or of all.

    Returns how many; what was put back before is left alone.
    """
    row = db.execute(SQL["replay"], {"queue": queue, "ids": ids and list(ids), "now": now}).fetchone()
    return int(row[0]) if row else 0
