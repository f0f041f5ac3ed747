"""Opens MusicBrainz."""

from __future__ import annotations

from datetime import timedelta

from linernotes.model.source import Source
from linernotes.sources.budget import Rate
from linernotes.sources.musicbrainz import asks
from linernotes.sources.musicbrainz.calls import CATALOGUE_FRESH_FOR
from linernotes.sources.musicbrainz.source import MusicBrainz
from linernotes.sources.opening import Means, WebSource

RATE = Rate(interval=timedelta(seconds=1.01), concurrency=3)
"""One request a second is allowed to an address; the rest is for the way, on which a request may catch up."""


def open_musicbrainz(means: Means) -> Source:
    """Raises CredentialMissing without LINERNOTES_CONTACT."""
    source = MusicBrainz(means.transport("musicbrainz", means.settings.musicbrainz_url, "musicbrainz.org", RATE))
    return Source(
        name="musicbrainz",
        family="musicbrainz",
        locator="musicbrainz",
        fresh_for=CATALOGUE_FRESH_FOR,
        catalogue=source,
        credits=source,
        look_ahead=source.look_ahead,
        profiles=source,
        profile_schemes=frozenset({"musicbrainz"}),
    )


OPENINGS = (
    WebSource(
        name="musicbrainz",
        open=open_musicbrainz,
        rate=RATE,
        catalogue_asks=asks.as_catalogue,
        credit_asks=asks.as_bridge,
        people_asks=asks.for_people,
    ),
)
