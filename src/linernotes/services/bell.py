"""What wakes the loops of one queue: a ring when something was sent, a slow poll when nobody rings.

Of all the loops that sleep here only one looks at the clock, so that an idle queue is looked at once in a while and
not once for each loop; when it goes to look, the next one takes its place.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta


class Bell:
    """Several loops sleep on it; a ring wakes all of them, the end of the poll only one."""

    def __init__(self, poll: timedelta) -> None:
        self._poll = poll.total_seconds()
        self._watch = asyncio.Lock()
        self._woken = asyncio.Event()
        self.rung = 0
        """How often it was rung. Read it before looking for work, so that no ring is missed meanwhile."""

    def ring(self) -> None:
        """Wake every loop that sleeps, and every one that is about to."""
        self.rung += 1
        self._woken.set()

    async def wait(self, heard: int) -> None:
        """Sleep until it is rung more often than `heard`, or until it is this loop's turn to look all the same."""
        async with self._watch:
            if self.rung != heard:
                return
            self._woken.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._poll)
