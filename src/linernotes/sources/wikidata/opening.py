"""Opens Wikidata: its entities and its query service are two hosts with a budget each."""

from __future__ import annotations

from datetime import timedelta

from linernotes.model.source import Source
from linernotes.sources.budget import Rate
from linernotes.sources.opening import Means, WebSource
from linernotes.sources.wikidata import asks
from linernotes.sources.wikidata.calls import FRESH_FOR
from linernotes.sources.wikidata.parse import says_busy
from linernotes.sources.wikidata.source import Wikidata

RATE = Rate(interval=timedelta(seconds=0.2), concurrency=3)
SPARQL_RATE = Rate(interval=timedelta(seconds=1.01), concurrency=3)
"""Wikimedia allows three requests at once, and a minute of query time per minute."""


def open_wikidata(means: Means) -> Source:
    """A source of profiles. Raises CredentialMissing without LINERNOTES_CONTACT."""
    settings = means.settings
    entities = means.transport("wikidata", settings.wikidata_url, "www.wikidata.org", RATE, says_busy=says_busy)
    queries = means.transport(
        "wikidata_sparql", settings.wikidata_sparql_url, "query.wikidata.org", SPARQL_RATE, says_busy=says_busy
    )
    return Source(
        name="wikidata",
        family="wikidata",
        locator="wikidata",
        fresh_for=FRESH_FOR,
        profiles=Wikidata(entities, queries),
        profile_schemes=frozenset({"musicbrainz"}),
    )


OPENINGS = (WebSource(name="wikidata", open=open_wikidata, rate=SPARQL_RATE, people_asks=asks.for_people),)
