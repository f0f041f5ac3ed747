"""What an optional Redis is used for: hints that save work. What is true stands in PostgreSQL alone.

A Redis that is away, slow, flushed or wrong therefore costs work, never truth. Each call takes a fraction of a second
at most; a Redis that failed is left alone for a while.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from linernotes.errors import KeysUnreachable, SettingsError
from linernotes.logs import get_logger

log = get_logger()

ANSWERS_WITHIN = timedelta(milliseconds=250)
LEFT_ALONE_FOR = timedelta(seconds=30)
"""For how long a Redis that failed is not asked for hints."""

_T = TypeVar("_T")


class RedisHints:
    """One Redis, which need not answer. now is the time of day."""

    def __init__(self, client: Any, now: Callable[[], datetime]) -> None:
        self.client = client
        self.now = now
        self._left_alone_until: datetime | None = None

    async def hint(self, ask: Callable[[], Awaitable[_T]], otherwise: _T) -> _T:
        """What Redis answers, or `otherwise` where it does not. Never raises."""
        now = self.now()
        if self._left_alone_until is not None and now < self._left_alone_until:
            return otherwise
        try:
            answer = await ask()
        except _failures() as error:
            self._left_alone_until = now + LEFT_ALONE_FOR
            log.warning("Redis is left alone", why=_in_words(error), seconds=LEFT_ALONE_FOR.seconds)
            return otherwise
        self._left_alone_until = None
        return answer

    async def asked(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        """What Redis answers. Raises KeysUnreachable where it does not: somebody wants to know."""
        try:
            return await ask()
        except _failures() as error:
            raise KeysUnreachable(
                f"Redis cannot be reached: {_in_words(error)}. Start it, or unset LINERNOTES_REDIS_URL."
            ) from None

    async def close(self) -> None:
        """Hang up."""
        await self.client.aclose()


def open_redis(url: str, now: Callable[[], datetime]) -> RedisHints:
    """The Redis at this address.

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
    return RedisHints(client, now)


def _failures() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return (RedisError, OSError)


def _in_words(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
