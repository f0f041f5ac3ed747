"""Opens Discogs: its web service, and its dumps, which are files on this machine."""

from __future__ import annotations

from datetime import timedelta

from linernotes.model.source import Source
from linernotes.sources.asking import a_call_a_person
from linernotes.sources.budget import Rate
from linernotes.sources.discogs import asks
from linernotes.sources.discogs.calls import FRESH_FOR
from linernotes.sources.discogs.dump import is_dump, open_dump
from linernotes.sources.discogs.source import Discogs
from linernotes.sources.keyed import FixedKey, key_refused
from linernotes.sources.locators import file_of, is_file
from linernotes.sources.opening import LocalSource, Means, WebSource

RATE = Rate(interval=timedelta(seconds=1.2), concurrency=2)
RATE_WITHOUT_TOKEN = Rate(interval=timedelta(seconds=2.5), concurrency=2)
"""Discogs allows sixty requests in a moving minute with a token and twenty-five without; a few are left for others at
the same address."""
WINDOW = timedelta(seconds=60)
"""Discogs counts over a minute and does not say how long to wait."""


def open_discogs(means: Means) -> Source:
    """Credits and profiles: slower, and without a search, where no token is set.

    Raises CredentialMissing without LINERNOTES_CONTACT.
    """
    token = means.settings.discogs_token
    transport = means.transport(
        "discogs",
        means.settings.discogs_url,
        "api.discogs.com",
        RATE if token else RATE_WITHOUT_TOKEN,
        judge=key_refused(
            f"LINERNOTES_DISCOGS_TOKEN is {'not accepted by Discogs' if token else 'not set, but wanted'}. "
            "Set it to a personal access token (discogs.com/settings/developers), or leave discogs out of "
            "LINERNOTES_SOURCES."
        ),
        key=FixedKey("Discogs token={}", token) if token else None,
        first_pause=WINDOW,
    )
    source = Discogs(transport, may_search=token is not None)
    return Source(
        name="discogs",
        family="discogs",
        locator="discogs",
        fresh_for=FRESH_FOR,
        credits=source,
        profiles=source,
        profile_schemes=frozenset({"discogs"}),
    )


def dump_of(locator: str) -> Source | None:
    """The dump that a locator names: a file whose name ends in .xml or .xml.gz."""
    if not is_file(locator):
        return None
    path, _ = file_of(locator)
    return open_dump(path) if is_dump(path) else None


OPENINGS = (
    WebSource(
        name="discogs",
        open=open_discogs,
        rate=RATE,
        credit_asks=asks.for_credits,
        people_asks=a_call_a_person("discogs", "discogs"),
    ),
    LocalSource(name="discogs dump", opens=dump_of),
)
