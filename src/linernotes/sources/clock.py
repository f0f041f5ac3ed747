"""What time it is, and how to wait: given to whatever paces, so that a test owns both and never sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _the_databases_own() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """now is this machine's time, sleep waits (seconds), shared is the time that all machines agree on.

    shared answers None for "the database's own clock", which is what everybody but a test wants: then the clocks
    of several machines may differ as they like.
    """

    now: Callable[[], datetime] = _utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    shared: Callable[[], datetime | None] = _the_databases_own
