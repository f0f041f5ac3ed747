"""Puts the web sources together from the settings: addresses, rates and one shared client."""

from __future__ import annotations

from datetime import timedelta

import httpx2

from linernotes.errors import CredentialMissing
from linernotes.model.source import Source
from linernotes.settings import Settings
from linernotes.sources.budget import Budget, Rate
from linernotes.sources.cache import ResponseCache
from linernotes.sources.clock import Clock
from linernotes.sources.deezer import calls as deezer_calls
from linernotes.sources.deezer import errors as deezer_errors
from linernotes.sources.deezer.source import Deezer
from linernotes.sources.discogs import calls as discogs_calls
from linernotes.sources.discogs.source import Discogs
from linernotes.sources.exchange import new_client
from linernotes.sources.genius import calls as genius_calls
from linernotes.sources.genius.source import Genius
from linernotes.sources.keyed import FixedKey, key_refused
from linernotes.sources.musicbrainz.calls import CATALOGUE_FRESH_FOR
from linernotes.sources.musicbrainz.source import MusicBrainz
from linernotes.sources.spotify import calls as spotify_calls
from linernotes.sources.spotify.batches import Batches
from linernotes.sources.spotify.mode import Mode, Modes
from linernotes.sources.spotify.refusals import judge
from linernotes.sources.spotify.source import Spotify
from linernotes.sources.spotify.token import Token
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

DEEZER_RATE = Rate(interval=timedelta(seconds=0.11), concurrency=3)
"""Deezer allows fifty requests in five seconds."""
DEEZER_PAUSE = timedelta(seconds=5)
"""Deezer counts in spans of five seconds, and does not say how long to wait."""

SPOTIFY_RATE = Rate(interval=timedelta(seconds=0.35), concurrency=3)
"""Spotify counts over thirty seconds and keeps the number to itself: 85 were never too many."""

GENIUS_RATE = Rate(interval=timedelta(seconds=1), concurrency=1)
"""Genius publishes no limit; one request a second, one at a time, is what it bears."""

DISCOGS_RATE = Rate(interval=timedelta(seconds=1.2), concurrency=2)
DISCOGS_RATE_WITHOUT_TOKEN = Rate(interval=timedelta(seconds=2.5), concurrency=2)
"""Discogs allows sixty requests in a moving minute with a token and twenty-five without; a few are left for others at
the same address."""
DISCOGS_WINDOW = timedelta(seconds=60)
"""Discogs counts over a minute and does not say how long to wait."""


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
        look_ahead=source.look_ahead,
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


def open_deezer(settings: Settings, pool: Pool, client: httpx2.AsyncClient, clock: Clock | None = None) -> Source:
    """Deezer as a catalogue. Raises CredentialMissing without LINERNOTES_CONTACT."""
    clock = clock or Clock()
    transport = Transport(
        "deezer",
        settings.deezer_url,
        "api.deezer.com",
        client=client,
        budget=Budget(pool, "deezer", DEEZER_RATE, clock),
        cache=ResponseCache(pool),
        contact=settings.contact,
        clock=clock,
        says_busy=deezer_errors.says_busy,
        judge=deezer_errors.judge,
        first_pause=DEEZER_PAUSE,
    )
    return Source(
        name="deezer",
        family="deezer",
        locator="deezer",
        fresh_for=deezer_calls.FRESH_FOR,
        catalogue=Deezer(transport),
    )


def open_spotify(settings: Settings, pool: Pool, client: httpx2.AsyncClient, clock: Clock | None = None) -> Source:
    """Spotify as a catalogue. Raises CredentialMissing without an app's id and secret, or LINERNOTES_CONTACT."""
    clock = clock or Clock()
    client_id, secret = settings.spotify_client_id, settings.spotify_client_secret
    if not client_id:
        raise CredentialMissing("spotify", "LINERNOTES_SPOTIFY_CLIENT_ID", "0123456789abcdef0123456789abcdef")
    if secret is None:
        raise CredentialMissing("spotify", "LINERNOTES_SPOTIFY_CLIENT_SECRET", "the secret of your app")
    transport = Transport(
        "spotify",
        settings.spotify_url,
        "api.spotify.com",
        client=client,
        budget=Budget(pool, "spotify", SPOTIFY_RATE, clock),
        cache=ResponseCache(pool),
        contact=settings.contact,
        clock=clock,
        judge=judge,
        key=Token(settings.spotify_accounts_url, client_id, secret, client=client, clock=clock),
    )
    modes = Modes(Mode(settings.spotify_mode), client_id, transport)
    return Source(
        name="spotify",
        family="spotify",
        locator="spotify",
        fresh_for=spotify_calls.FRESH_FOR,
        catalogue=Spotify(transport, modes, Batches(transport, clock), clock),
    )


def open_genius(settings: Settings, pool: Pool, client: httpx2.AsyncClient, clock: Clock | None = None) -> Source:
    """Genius as a source of credits and profiles.

    Raises CredentialMissing without LINERNOTES_GENIUS_TOKEN or LINERNOTES_CONTACT.
    """
    clock = clock or Clock()
    if settings.genius_token is None:
        raise CredentialMissing("genius", "LINERNOTES_GENIUS_TOKEN", "the client access token of your API client")
    transport = Transport(
        "genius",
        settings.genius_url,
        "api.genius.com",
        client=client,
        budget=Budget(pool, "genius", GENIUS_RATE, clock),
        cache=ResponseCache(pool),
        contact=settings.contact,
        clock=clock,
        judge=key_refused(
            "LINERNOTES_GENIUS_TOKEN is not accepted by Genius. Set it to the client access token of your API client "
            "(genius.com/api-clients), or leave genius out of LINERNOTES_SOURCES."
        ),
        key=FixedKey("Bearer {}", settings.genius_token),
    )
    source = Genius(transport)
    return Source(
        name="genius",
        family="genius",
        locator="genius",
        fresh_for=genius_calls.SONG_FRESH_FOR,
        credits=source,
        profiles=source,
        profile_schemes=frozenset({"genius"}),
    )


def open_discogs(settings: Settings, pool: Pool, client: httpx2.AsyncClient, clock: Clock | None = None) -> Source:
    """Discogs as a source of credits and profiles: slower, and without a search, where no token is set.

    Raises CredentialMissing without LINERNOTES_CONTACT.
    """
    clock = clock or Clock()
    token = settings.discogs_token
    transport = Transport(
        "discogs",
        settings.discogs_url,
        "api.discogs.com",
        client=client,
        budget=Budget(pool, "discogs", DISCOGS_RATE if token else DISCOGS_RATE_WITHOUT_TOKEN, clock),
        cache=ResponseCache(pool),
        contact=settings.contact,
        clock=clock,
        judge=key_refused(
            f"LINERNOTES_DISCOGS_TOKEN is {'not accepted by Discogs' if token else 'not set, but wanted'}. "
            "Set it to a personal access token (discogs.com/settings/developers), or leave discogs out of "
            "LINERNOTES_SOURCES."
        ),
        key=FixedKey("Discogs token={}", token) if token else None,
        first_pause=DISCOGS_WINDOW,
    )
    source = Discogs(transport, may_search=token is not None)
    return Source(
        name="discogs",
        family="discogs",
        locator="discogs",
        fresh_for=discogs_calls.FRESH_FOR,
        credits=source,
        profiles=source,
        profile_schemes=frozenset({"discogs"}),
    )


OPENERS = {
    "musicbrainz": open_musicbrainz,
    "wikidata": open_wikidata,
    "deezer": open_deezer,
    "spotify": open_spotify,
    "genius": open_genius,
    "discogs": open_discogs,
}

ON_REQUEST = frozenset({"deezer", "spotify"})
"""Sources that know neither credits nor people: they take part when a command names them, and only then."""


def open_web_sources(settings: Settings, pool: Pool, client: httpx2.AsyncClient) -> tuple[Source, ...]:
    """The web sources that are switched on, in the order of LINERNOTES_SOURCES."""
    return tuple(OPENERS[name](settings, pool, client) for name in settings.source_names if name in OPENERS)


__all__ = ["OPENERS", "new_client", "open_musicbrainz", "open_web_sources", "open_wikidata"]
