"""Spotify over real HTTP: a stand-in for its API and its accounts, and what opens the source on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from linernotes.model.source import Catalogue
from linernotes.settings import Settings
from linernotes.sources.web import open_web
from tests.sources.conftest import Hands
from tests.sources.mock_musicbrainz import small_world
from tests.sources.mock_server import MockServer
from tests.sources.mock_spotify import CLIENT_ID, SECRET, App, serve
from tests.sources.spotify.asking import Open


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def server(app: App) -> Iterator[MockServer]:
    with serve(small_world(), app) as running:
        yield running


@pytest.fixture
def spotify_as(server: MockServer, pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands) -> Open:
    """Opens Spotify, as a process does, with these settings."""

    def opened(mode: str = "auto", secret: str = SECRET) -> Catalogue:
        settings = Settings(
            contact="tests@example.org",
            spotify_url=f"{server.url}/v1",
            spotify_accounts_url=server.url,
            spotify_client_id=CLIENT_ID,
            spotify_client_secret=SecretStr(secret),
            spotify_mode=mode,
        )
        source = open_web("spotify", settings, pool, client, hands.clock)
        assert source.catalogue is not None
        assert (source.credits, source.profiles) == (None, None)  # a track's other artist is nobody's producer
        return source.catalogue

    return opened
