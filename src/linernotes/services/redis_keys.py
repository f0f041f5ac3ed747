"""De-duplication keys in Redis, for programs that send messages themselves and look there first.

PostgreSQL is told in the transaction of the work and alone decides; Redis is told afterwards, with an expiry, in one
round trip a batch. A key is `linernotes:done:<queue>:<idempotency key>`. Nothing else there is read or removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from linernotes.queues.belt import Finished
from linernotes.services.redis_hints import RedisHints
from linernotes.services.shared_keys import Entity

PREFIX = "linernotes:done:"
KEPT_AT_MOST = timedelta(days=30)
"""Work that is done for good is known in PostgreSQL; a hint need not be kept for ever."""

SCANNED = 1000
"""Keys looked at in one step of a scan, so that Redis serves others in between."""


class RedisKeys:
    """The keys of one Redis."""

    def __init__(self, redis: RedisHints) -> None:
        self._redis = redis

    async def told_done(self, queue: str, finished: Sequence[Finished]) -> None:
        """Keep the keys of finished messages until they count as done no more. Never raises: it is a hint."""
        now = self._redis.now()
        keys = dict(_expiring(queue, finished, now))

        async def tell() -> None:
            async with self._redis.client.pipeline(transaction=False) as pipe:
                for key, seconds in keys.items():
                    pipe.set(key, now.isoformat(), ex=seconds)
                await pipe.execute()

        if keys:
            await self._redis.hint(tell, None)

    async def clear(self, queue: str | None) -> int:
        """Remove the keys of one queue, or of all, and nothing else; how many. Raises KeysUnreachable."""
        return await self._remove(f"{PREFIX}{_literal(queue)}:" if queue else PREFIX, lambda key: True)

    async def release(self, entities: Sequence[Entity]) -> int:
        """Remove the keys of these entities, all pages of them; how many. Raises KeysUnreachable."""
        named = {entity.entity_id.partition("@")[0] for entity in entities}
        return await self._remove(PREFIX, lambda key: _entity_in(key) in named) if named else 0

    async def _remove(self, prefix: str, chosen: Callable[[str], bool]) -> int:
        client = self._redis.client

        async def remove() -> int:
            removed, batch = 0, list[str]()
            async for raw in client.scan_iter(match=f"{prefix}*", count=SCANNED):
                key = raw.decode(errors="replace")
                if chosen(key):
                    batch.append(key)
                if len(batch) >= SCANNED:
                    removed += await client.unlink(*batch)
                    batch.clear()
            return removed + (await client.unlink(*batch) if batch else 0)

        return await self._redis.asked(remove)


def _expiring(queue: str, finished: Iterable[Finished], now: datetime) -> Iterable[tuple[str, int]]:
    for one in finished:
        key = one.message.body.get("_idempotencyKey")
        until = min(one.fresh_until or now + KEPT_AT_MOST, now + KEPT_AT_MOST)
        seconds = int((until - now).total_seconds())
        if isinstance(key, str) and key and seconds > 0:
            yield f"{PREFIX}{queue}:{key}", seconds


def _entity_in(key: str) -> str:
    """The entity's id in `linernotes:done:queue:track:ID@offset#version`."""
    own = key.removeprefix(PREFIX).partition(":")[2].partition(":")[2]
    return own.partition("#")[0].partition("@")[0].partition("|")[0].removeprefix("name:")


def _literal(text: str) -> str:
    """A text in which Redis's pattern finds nothing but itself."""
    return "".join(f"\\{c}" if c in "*?[]\\^-" else c for c in text)
