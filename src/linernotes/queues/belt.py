"""The belt between the stages: taking messages under a lease, keeping it, giving it back, and what waits.

The rules live in SQL: claim_batch and its neighbours in functions/linernotes. How a batch ends is `settling`.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, dict_row
from psycopg_pool import AsyncConnectionPool

from linernotes.model.message import Message, Queue
from linernotes.queues.settling import (
    SQL,
    Buried,
    Connection,
    Finished,
    Postponed,
    bury,
    finish,
    hold,
    leases_of,
    measure,
    postpone,
    release,
    send,
    send_bodies,
)

__all__ = [
    "CHANNEL",
    "SQL",
    "Belt",
    "Buried",
    "Connection",
    "DeadWorker",
    "Depth",
    "Finished",
    "Pool",
    "Postponed",
    "bury",
    "finish",
    "hold",
    "measure",
    "postpone",
    "release",
    "send",
    "send_bodies",
    "worker_name",
]

CHANNEL = "linernotes"
"""Where senders wake sleeping workers; the payload is the queue's name."""

LONGEST_BEAT = timedelta(minutes=1)

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]


def worker_name(pid: int | None = None) -> str:
    """Who we, or a process of ours, are in leases, locks and dead letters: host and process id."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


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
class DeadWorker:
    """A worker that was seen to die, by the name it bears in its leases. killed: by a signal from outside."""

    name: str
    killed: bool


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
                SQL["renew"], leases_of(messages) | {"lease": self.lease, "now": self.now()}
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

    async def free(self, dead: DeadWorker) -> int:
        """Make visible at once what a worker held that was seen to die; how many messages that were.

        Its leases would end by themselves. This is for whoever knows better, and spares the wait.
        """
        values = {"worker": dead.name, "killed": dead.killed, "now": self.now(), "queues": [str(q) for q in Queue]}
        async with self._pool.connection() as connection:
            row = await (await connection.execute(SQL["free"], values)).fetchone()
        return int(row[0]) if row else 0

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
