"""What a discovery shows while it runs: one moving line on a terminal, a plain line now and then in a pipe."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.status import Status

from linernotes.cli.output import say
from linernotes.pipeline.shell import Tally
from linernotes.queues.belt import Depth

PLAIN_EVERY = 5.0
"""Seconds between two lines in a pipe."""

SECONDS_A_CALL = 1.03
"""What a call costs at the slowest source that is asked for albums (one a second, and a little)."""


class ProgressLine:
    """Albums, tracks, credits found, calls made, and how long it may still take."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._said_at = time.monotonic()

    def __enter__(self) -> ProgressLine:
        if sys.stderr.isatty():
            self._status = Console(file=sys.stderr).status("starting")
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def show(self, tally: Tally, depths: Sequence[Depth], calls: int) -> None:
        """Show where the run stands; called several times a second."""
        if self._status is not None:
            self._status.update(_text(tally, depths, calls))
        elif time.monotonic() - self._said_at >= PLAIN_EVERY:
            self._said_at = time.monotonic()
            say(_text(tally, depths, calls))


def _text(tally: Tally, depths: Sequence[Depth], calls: int) -> str:
    waiting = {d.queue: d.waiting for d in depths}
    text = (
        f"{tally.rows.get('AlbumRow', 0)} albums, {tally.rows.get('TrackRow', 0)} tracks, "
        f"{tally.rows.get('ClaimRow', 0)} claims, {calls} calls, {sum(waiting.values())} messages waiting"
    )
    if calls:
        asked_for = sum(waiting.get(q, 0) for q in ("album_discovery", "track_discovery", "social_enrichment"))
        text += f", about {asked_for * SECONDS_A_CALL:.0f} s to go"
    return text
