"""What wakes the loops of one queue."""

from __future__ import annotations

import asyncio


class Bell:
    """Several loops sleep on it; a ring wakes all of them."""

    def __init__(self) -> None:
        self._rings = asyncio.Event()
        self.rung = 0
        """How often it was rung. Read it before looking for work, so that no ring is missed meanwhile."""

    def ring(self) -> None:
        """Wake every loop that sleeps, and every one that is about to."""
        self.rung += 1
        self._rings.set()
        self._rings = asyncio.Event()

    async def wait(self, heard: int) -> None:
        """Sleep until it has been rung more often than `heard`."""
        while self.rung == heard:
            await self._rings.wait()
