"""What tests of the belt share: a clock that they move, messages to send, and settling as the shell does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from linernotes.model.message import Queue, Send
from linernotes.queues import belt

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TRACKS = Queue.PRODUCER_IDENTIFICATION


class Clock:
    """Time that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


async def sent(pool, count: int = 1, at: datetime = NOW) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    sends = [Send(queue=TRACKS, about=i, id_field="trackId", body={"trackName": "x"}) for i in ids]
    async with pool.connection() as connection:
        await belt.send(connection, sends, {}, at)
    return ids


async def settled(pool, messages, *, now, done=(), later=(), dead=()) -> set[int]:
    async with pool.connection() as connection, connection.transaction():
        held = await belt.hold(connection, messages)
        await belt.finish(connection, TRACKS, [f for f in done if f.message.msg_id in held], now)
        await belt.postpone(connection, TRACKS, [p for p in later if p.message.msg_id in held], now)
        await belt.bury(connection, TRACKS, [b for b in dead if b.message.msg_id in held], "one", now)
        await belt.release(connection, messages)
    return held
