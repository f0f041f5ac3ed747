"""Opens Deezer."""

from __future__ import annotations

from datetime import timedelta

from linernotes.model.source import Source
from linernotes.sources.budget import Rate
from linernotes.sources.deezer import asks
from linernotes.sources.deezer.calls import FRESH_FOR
from linernotes.sources.deezer.errors import judge, says_busy
from linernotes.sources.deezer.source import Deezer
from linernotes.sources.opening import Means, WebSource

RATE = Rate(interval=timedelta(seconds=0.11), concurrency=3)
"""Deezer allows fifty requests in five seconds."""
PAUSE = timedelta(seconds=5)
"""Deezer counts in spans of five seconds, and does not say how long to wait."""


def open_deezer(means: Means) -> Source:
    """A catalogue. Raises CredentialMissing without LINERNOTES_CONTACT."""
    transport = means.transport(
        "deezer",
        means.settings.deezer_url,
        "api.deezer.com",
        RATE,
        says_busy=says_busy,
        judge=judge,
        first_pause=PAUSE,
    )
    return Source(name="deezer", family="deezer", locator="deezer", fresh_for=FRESH_FOR, catalogue=Deezer(transport))


OPENINGS = (WebSource(name="deezer", open=open_deezer, rate=RATE, on_request=True, catalogue_asks=asks.as_catalogue),)
