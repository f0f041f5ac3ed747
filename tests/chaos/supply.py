"""A world's artists, asked for little by little, so that there is work until the last fault was dealt.

Sent all at once, they come in full batches, and a run of five thousand messages commits a hundred times. Sent one
after the other, it commits once for every few messages.
"""

from __future__ import annotations

from collections import deque

from linernotes.services.discovery import Start, send_starts
from tests.chaos.base import Base
from tests.chaos.catalogue import Size, names


class Supply:
    """The artists that nobody asked for yet."""

    def __init__(self, base: Base, size: Size) -> None:
        self._base = base
        self._left = deque(names(size))

    def keep(self, messages: int) -> None:
        """See that at least so many messages wait, as long as there are artists left."""
        while self._left and self._base.waiting < messages:
            self._send([self._left.popleft()])

    def all(self) -> int:
        """Ask for all that are left; how many those were."""
        left = [*self._left]
        self._left.clear()
        self._send(left)
        return len(left)

    def _send(self, artists: list[str]) -> None:
        starts = [Start(key=f"artist:{n}", body={"artistName": n, "source": "musicbrainz"}) for n in artists]
        with self._base.open() as db:
            send_starts(db, starts)
