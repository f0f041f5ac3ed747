"""Opens Spotify."""

from __future__ import annotations

from datetime import timedelta

from linernotes.errors import CredentialMissing
from linernotes.model.source import Source
from linernotes.sources.budget import Rate
from linernotes.sources.opening import Means, WebSource
from linernotes.sources.spotify import asks
from linernotes.sources.spotify.batches import Batches
from linernotes.sources.spotify.calls import FRESH_FOR
from linernotes.sources.spotify.mode import Mode, Modes
from linernotes.sources.spotify.refusals import judge
from linernotes.sources.spotify.source import Spotify
from linernotes.sources.spotify.token import Token

RATE = Rate(interval=timedelta(seconds=0.35), concurrency=3)
"""Spotify counts over thirty seconds and keeps the number to itself: 85 were never too many."""


def open_spotify(means: Means) -> Source:
    """A catalogue. Raises CredentialMissing without an app's id and secret, or LINERNOTES_CONTACT."""
    settings = means.settings
    client_id, secret = settings.spotify_client_id, settings.spotify_client_secret
    if not client_id:
        raise CredentialMissing("spotify", "LINERNOTES_SPOTIFY_CLIENT_ID", "0123456789abcdef0123456789abcdef")
    if secret is None:
        raise CredentialMissing("spotify", "LINERNOTES_SPOTIFY_CLIENT_SECRET", "the secret of your app")
    transport = means.transport(
        "spotify",
        settings.spotify_url,
        "api.spotify.com",
        RATE,
        judge=judge,
        key=Token(settings.spotify_accounts_url, client_id, secret, client=means.client, clock=means.clock),
    )
    modes = Modes(Mode(settings.spotify_mode), client_id, transport)
    return Source(
        name="spotify",
        family="spotify",
        locator="spotify",
        fresh_for=FRESH_FOR,
        catalogue=Spotify(transport, modes, Batches(transport, means.clock), means.clock),
    )


OPENINGS = (
    WebSource(name="spotify", open=open_spotify, rate=RATE, on_request=True, catalogue_asks=asks.as_catalogue),
)
