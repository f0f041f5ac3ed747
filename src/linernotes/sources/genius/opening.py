"""Opens Genius."""

from __future__ import annotations

from datetime import timedelta

from linernotes.errors import CredentialMissing
from linernotes.model.source import Source
from linernotes.sources.asking import a_call_a_person
from linernotes.sources.budget import Rate
from linernotes.sources.genius import asks
from linernotes.sources.genius.calls import SONG_FRESH_FOR
from linernotes.sources.genius.source import Genius
from linernotes.sources.keyed import FixedKey, key_refused
from linernotes.sources.opening import Means, WebSource

RATE = Rate(interval=timedelta(seconds=1), concurrency=1)
"""Genius publishes no limit; one request a second, one at a time, is what it bears."""


def open_genius(means: Means) -> Source:
    """Credits and profiles. Raises CredentialMissing without LINERNOTES_GENIUS_TOKEN or LINERNOTES_CONTACT."""
    token = means.settings.genius_token
    if token is None:
        raise CredentialMissing("genius", "LINERNOTES_GENIUS_TOKEN", "the client access token of your API client")
    transport = means.transport(
        "genius",
        means.settings.genius_url,
        "api.genius.com",
        RATE,
        judge=key_refused(
            "LINERNOTES_GENIUS_TOKEN is not accepted by Genius. Set it to the client access token of your API client "
            "(genius.com/api-clients), or leave genius out of LINERNOTES_SOURCES."
        ),
        key=FixedKey("Bearer {}", token),
    )
    source = Genius(transport)
    return Source(
        name="genius",
        family="genius",
        locator="genius",
        fresh_for=SONG_FRESH_FOR,
        credits=source,
        profiles=source,
        profile_schemes=frozenset({"genius"}),
    )


OPENINGS = (
    WebSource(
        name="genius",
        open=open_genius,
        rate=RATE,
        credit_asks=asks.for_credits,
        people_asks=a_call_a_person("genius", "genius"),
    ),
)
