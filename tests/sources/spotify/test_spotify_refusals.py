"""What Spotify refuses, and what it takes to ask it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from linernotes.errors import CredentialMissing, SettingsError, SourceBusy
from linernotes.settings import Settings
from linernotes.sources.web import open_web
from tests.sources.conftest import Hands
from tests.sources.mock_server import MockServer
from tests.sources.mock_spotify import CLIENT_ID, QUOTA_EXCEEDED, SECRET, App, too_many
from tests.sources.spotify.asking import Open, artist, asked

# ---- refusals


async def test_an_owner_without_premium_is_told_what_to_do(app: App, spotify_as: Open) -> None:
    app.premium = False
    with pytest.raises(SettingsError, match="owner has Premium"):
        await spotify_as().artists("Ada Lind")


async def test_an_exhausted_quota_stops_the_source_for_everybody_without_a_second_try(
    server: MockServer, spotify_as: Open
) -> None:
    source = spotify_as()
    await source.artists("Ada Lind")
    server.first(QUOTA_EXCEEDED)
    with pytest.raises(SourceBusy) as busy:
        await source.albums(artist(), 0)
    assert busy.value.wait >= timedelta(hours=1)
    for other in (source, spotify_as()):
        with pytest.raises(SourceBusy, match="quota"):
            await other.albums(artist(), 0)
    assert len(asked(server)) == 2


async def test_a_wait_of_hours_is_cut_to_one_and_the_work_sent_away(server: MockServer, spotify_as: Open) -> None:
    source = spotify_as()
    await source.artists("Ada Lind")
    server.first(too_many(13_749))
    with pytest.raises(SourceBusy) as busy:
        await source.albums(artist(), 0)
    assert busy.value.wait == timedelta(hours=1)


async def test_a_short_wait_is_waited_out(server: MockServer, spotify_as: Open, hands: Hands) -> None:
    source = spotify_as()
    await source.artists("Ada Lind")
    server.first(too_many(3))
    assert len((await source.albums(artist(), 0)).items) == 10
    assert 3 <= sum(hands.slept) < 4.5


# ---- settings


@pytest.mark.parametrize(
    ("changed", "variable"),
    [
        ({"spotify_client_id": None}, "LINERNOTES_SPOTIFY_CLIENT_ID"),
        ({"spotify_client_secret": None}, "LINERNOTES_SPOTIFY_CLIENT_SECRET"),
        ({"contact": None}, "LINERNOTES_CONTACT"),
        ({"spotify_url": "http://api.spotify.com/v1"}, "LINERNOTES_SPOTIFY_URL"),
        ({"spotify_accounts_url": "http://accounts.spotify.com"}, "LINERNOTES_SPOTIFY_ACCOUNTS_URL"),
    ],
)
async def test_a_missing_or_wrong_setting_is_named(
    changed: dict[str, Any],
    variable: str,
    pool: AsyncConnectionPool[Any],
    client: httpx2.AsyncClient,
    hands: Hands,
) -> None:
    given: dict[str, Any] = {
        "contact": "tests@example.org",
        "spotify_client_id": CLIENT_ID,
        "spotify_client_secret": SecretStr(SECRET),
        **changed,
    }
    with pytest.raises(SettingsError, match=variable) as refused:
        open_web("spotify", Settings(**given), pool, client, hands.clock)
    assert isinstance(refused.value, CredentialMissing) is (None in changed.values())
    assert SECRET not in str(refused.value)
