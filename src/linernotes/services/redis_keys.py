"""De-duplication keys in Redis, for programs that send messages themselves and look there first.

PostgreSQL is told in the transaction of the work and alone decides; Redis is told afterwards, with an expiry. So a
Redis that is away, slow, flushed or wrong changes nothing that is stored. It is told in one round trip a batch, within
a fraction of a second; one that does not answer is left alone for a while.

A key is `linernotes:done:<queue>:<idempotency key>`. Nothing else there is read or removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from linernotes.errors import KeysUnreachable, SettingsError
from linernotes.queues.belt import Finished
from linernotes.services.shared_keys import Entity

log = structlog.get_logger()

PREFIX = "linernotes:done:"
KEPT_AT_MOST = timedelta(days=30)
"""Work that is done for good is known in PostgreSQL; a hint need not be kept for ever."""

ANSWERS_WITHIN = timedelta(milliseconds=250)
LEFT_ALONE_FOR = timedelta(seconds=30)
"""For how long a Redis that failed is not told anything."""

SCANNED = 1000
"""Keys looked at in one step of a scan, so that Redis serves others in between."""


class RedisKeys:
    """The keys of one Redis. Open it with `open_redis_keys`."""

    def __init__(self, client: Any, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._left_alone_until: datetime | None = None

    async def told_done(self, queue: str, finished: Sequence[Finished]) -> None:
        """Keep the keys of finished messages until they count as done no more. Never raises: it is a hint."""
        now = self._now()
        if self._left_alone_until is not None and now < self._left_alone_until:
            return
        keys = dict(_expiring(queue, finished, now))
        if not keys:
            return
        try:
            async with self._client.pipeline(transaction=False) as pipe:
                for key, seconds in keys.items():
                    pipe.set(key, now.isoformat(), ex=seconds)
                await pipe.execute()
            self._left_alone_until = None
        except _failures() as error:
            self._left_alone_until = now + LEFT_ALONE_FOR
            log.warning("Redis is not told what is done", why=_in_words(error), again_in=LEFT_ALONE_FOR.seconds)

    async def clear(self, queue: str | None) -> int:
        """Remove the keys of one queue, or of all, and nothing else; how many. Raises KeysUnreachable."""
        return await self._remove(f"{PREFIX}{_literal(queue)}:" if queue else PREFIX, lambda key: True)

    async def release(self, entities: Sequence[Entity]) -> int:
        """Remove the keys of these entities, all pages of them; how many. Raises KeysUnreachable."""
        named = {entity.entity_id.partition("@")[0] for entity in entities}
        return await self._remove(PREFIX, lambda key: _entity_in(key) in named) if named else 0

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def _remove(self, prefix: str, chosen: Callable[[str], bool]) -> int:
        removed = 0
        try:
            batch: list[str] = []
            async for raw in self._client.scan_iter(match=f"{prefix}*", count=SCANNED):
                key = raw.decode(errors="replace")
                if chosen(key):
                    batch.append(key)
                if len(batch) >= SCANNED:
                    removed += await self._client.unlink(*batch)
                    batch.clear()
            if batch:
                removed += await self._client.unlink(*batch)
        except _failures() as error:
            raise KeysUnreachable(
                f"Redis cannot be reached: {_in_words(error)}. Start it, or unset LINERNOTES_REDIS_URL."
            ) from None
        return removed


def open_redis_keys(url: str, now: Callable[[], datetime]) -> RedisKeys:
    """The keys of the Redis at this address, which need not answer yet.

    Raises SettingsError when the address cannot be read, or Redis's client is not installed.
    """
    try:
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
    except ImportError:
        raise SettingsError(
            "LINERNOTES_REDIS_URL is set, but the client of Redis is not installed: "
            "pip install 'linernotes[redis]', or unset it; PostgreSQL does without."
        ) from None
    seconds = ANSWERS_WITHIN.total_seconds()
    try:
        client = Redis.from_url(
            url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=Retry(NoBackoff(), 0)
        )
    except ValueError as error:
        raise SettingsError(f"LINERNOTES_REDIS_URL cannot be read: {error}") from None
    return RedisKeys(client, now)


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


def _failures() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return (RedisError, OSError)


def _in_words(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
