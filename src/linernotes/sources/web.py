"""Puts the web sources together from the settings: addresses, rates and one shared client."""

from __future__ import annotations

from datetime import timedelta

import httpx2

from linernotes.model.source import Source
from linernotes.settings import Settings
from linernotes.sources.budget import Budget, Rate
from linernotes.sources.cache import ResponseCache
from linernotes.sources.clock import Clock
from linernotes.sources.exchange import new_client
from linernotes.sources.musicbrainz.calls import CATALOGUE_FRESH_FOR
from linernotes.sources.musicbrainz.source import MusicBrainz
from linernotes.sources.statements import Pool
from linernotes.sources.transport import Transport
from linernotes.sources.wikidata.calls import FRESH_FOR
from linernotes.sources.wikidata.parse import says_busy
from linernotes.sources.wikidata.source import Wikidata

MUSICBRAINZ_RATE = Rate(interval=timedelta(seconds=1.01), concurrency=3)
"""One request a second is allowed to an address; the rest is for the way, on which a request may catch up."""

WIKIDATA_RATE = Rate(interval=timedelta(seconds=0.2), concurrency=3)
WIKIDATA_SPARQL_RATE = Rate(interval=timedelta(seconds=1.01), concurrency=3)
"""Wikimedia allows three requests at once, and a minute of query time per minute."""


def open_musicbrainz(
    settings: Settings, pool: Pool, client: httpx2.AsyncClient, clock: Clock | None = None
) -> Source:
    """MusicBrainz as a source. Raises CredentialMissing without LINERNOTES_CONTACT."""
    clock = clock or Clock()
    transport = Transport(
        "musicbrainz",
        settings.musicbrainz_url,
        "musicbrainz.org",
        client=client,
        budget=Budget(pool, "musicbrainz", MUSICBRAINZ_RATE, clock),
        cache=ResponseCache(pool),
        contact=settings.contact,
        clock=clock,
    )
    source = MusicBrainz(transport)
    return Source(
        name="musicbrainz",
        family="musicbrainz",
        locator="musicbrainz",
        fresh_for=CATALOGUE_FRESH_FOR,
        catalogue=source,
        credits=source,
        profiles=source,
        profile_schemes=frozenset({"musicbrainz"}),
    )


def open_wikidata(settings: Settings, pool: Pool, client: httpx2.AsyncClient, clock: Clock | None = None) -> Source:
    """Wikidata as a source of profiles. Raises CredentialMissing without LINERNOTES_CONTACT."""
    clock = clock or Clock()
    hosts = (
        ("wikidata", settings.wikidata_url, "www.wikidata.org", WIKIDATA_RATE),
        ("wikidata_sparql", settings.wikidata_sparql_url, "query.wikidata.org", WIKIDATA_SPARQL_RATE),
    )
    entities, queries = (
        Transport(
            name,
            url,
            official_host,
            client=client,
            budget=Budget(pool, name, rate, clock),
            cache=ResponseCache(pool),
            contact=settings.contact,
            clock=clock,
            says_busy=says_busy,
        )
        for name, url, official_host, rate in hosts
    )
    return Source(
        name="wikidata",
        family="wikidata",
        locator="wikidata",
        fresh_for=FRESH_FOR,
        profiles=Wikidata(entities, queries),
        profile_schemes=frozenset({"musicbrainz"}),
    )


OPENERS = {"musicbrainz": open_musicbrainz, "wikidata": open_wikidata}


def open_web_sources(settings: Settings, pool: Pool, client: httpx2.AsyncClient) -> tuple[Source, ...]:
    """The web sources that are switched on, in the order of LINERNOTES_SOURCES."""
    return tuple(OPENERS[name](settings, pool, client) for name in settings.source_names if name in OPENERS)


__all__ = ["OPENERS", "new_client", "open_musicbrainz", "open_web_sources", "open_wikidata"]
