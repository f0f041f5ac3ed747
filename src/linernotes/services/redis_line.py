"""The line in which all processes wait for their turn at a source, kept in Redis.

PostgreSQL grants turns, one row a source. Without a line every process that waits asks that row again and again, and
all but one in vain; with it each asks when its turn has come. What the line says is a hint: nobody asks a source on
its word alone.
"""

from __future__ import annotations

from datetime import timedelta

from linernotes.services.redis_hints import RedisHints

PREFIX = "linernotes:turn:"

# The time of the next free turn, in milliseconds of Redis's own clock. Taking a place moves it on by one interval. It
# is forgotten once nobody has come for a while, and never believed further than an hour ahead.
_TAKE_A_PLACE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval = tonumber(ARGV[1])
local kept = tonumber(redis.call('GET', KEYS[1]) or 0)
local turn = math.min(math.max(kept, now), now + 3600000)
redis.call('SET', KEYS[1], string.format('%.0f', turn + interval), 'PX', math.ceil(turn - now + 2 * interval + 1))
return turn - now
"""


class RedisLine:
    """The lines of one Redis, one a source."""

    def __init__(self, redis: RedisHints) -> None:
        self._redis = redis
        self._take_a_place = redis.client.register_script(_TAKE_A_PLACE)

    async def place(self, source: str, interval: timedelta) -> timedelta:
        """Take the next place in the line of a source; how long until its turn. Never raises: it is a hint."""
        milliseconds = max(1, round(interval.total_seconds() * 1000))

        async def ask() -> timedelta:
            return timedelta(milliseconds=int(await self._take_a_place([PREFIX + source], [milliseconds])))

        return max(timedelta(0), await self._redis.hint(ask, timedelta(0)))
