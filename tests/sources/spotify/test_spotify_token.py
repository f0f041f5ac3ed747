"""Spotify's token: asked for once an hour, kept nowhere, renewed when it is refused."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from pydantic import SecretStr

from linernotes.errors import SettingsError, SourceBusy, SourceDown
from linernotes.settings import Settings
from tests.sources.conftest import Hands
from tests.sources.mock_server import MockServer, Reply, json_reply, text_reply
from tests.sources.mock_spotify import SECRET, App, too_many
from tests.sources.spotify.asking import Open, asked, tokens

# ---- the token


async def test_the_token_is_asked_for_with_id_and_secret_and_shown_with_each_question(
    server: MockServer, spotify_as: Open
) -> None:
    await spotify_as().artists("Ada Lind")
    first, second = server.asked
    assert (first.method, first.path, first.form) == ("POST", "/api/token", {"grant_type": "client_credentials"})
    assert first.headers["authorization"].startswith("Basic ")
    assert second.headers["authorization"] == "Bearer token-0"
    assert second.params["market"] == "US"


async def test_neither_token_nor_secret_is_kept_anywhere(
    server: MockServer, spotify_as: Open, db: psycopg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    server.first(json_reply({"access_token": "very-secret-token", "expires_in": 3600}), too_many(9000))
    source = spotify_as()
    with pytest.raises(SourceBusy):
        await source.artists("Ada Lind")
    rows = db.execute("select request, body from linernotes.responses").fetchall()
    kept = repr(rows) + repr(db.execute("select * from linernotes.budgets").fetchall()) + "".join(capsys.readouterr())
    assert "very-secret-token" not in kept
    assert SECRET not in kept
    assert SECRET not in repr(source.__dict__) + repr(Settings(spotify_client_secret=SecretStr(SECRET)))


async def test_a_token_is_renewed_shortly_before_its_hour_is_over(
    server: MockServer, spotify_as: Open, hands: Hands
) -> None:
    source = spotify_as()
    await source.artists("a")
    hands.time += timedelta(seconds=3530)
    await source.artists("b")
    assert tokens(server) == 1
    hands.time += timedelta(seconds=20)
    await source.artists("c")
    assert tokens(server) == 2


async def test_a_token_that_is_refused_is_renewed_once(app: App, server: MockServer, spotify_as: Open) -> None:
    source = spotify_as()
    await source.artists("a")
    app.expired.add("token-0")
    assert await source.artists("Ada Lind")
    assert [a.headers.get("authorization") for a in server.asked if a.path != "/api/token"] == [
        "Bearer token-0",
        "Bearer token-0",
        "Bearer token-1",
    ]
    app.expired |= {f"token-{n}" for n in range(9)}
    with pytest.raises(SettingsError, match="refuses the token"):
        await source.artists("b")
    assert tokens(server) == 3


async def test_an_app_that_spotify_does_not_know_is_told_and_not_shown_again_and_again(
    server: MockServer, spotify_as: Open, hands: Hands
) -> None:
    source = spotify_as(secret="wrong")
    for _ in range(3):
        with pytest.raises(SettingsError, match=r"Invalid client secret.*LINERNOTES_SPOTIFY_CLIENT_SECRET"):
            await source.artists("Ada Lind")
    assert (tokens(server), asked(server)) == (1, [])
    hands.time += timedelta(minutes=10)
    with pytest.raises(SettingsError):
        await source.artists("Ada Lind")
    assert tokens(server) == 2


@pytest.mark.parametrize(
    "reply",
    [
        json_reply({}, 500),
        text_reply("<html>", 200),
        json_reply({"access_token": ""}),
        json_reply({"access_token": "two\nlines"}),
        Reply(status=302, headers={"Location": "http://elsewhere.example/"}),
    ],
)
async def test_a_token_service_of_no_use_is_down(server: MockServer, spotify_as: Open, reply: Reply) -> None:
    server.first(reply)
    with pytest.raises(SourceDown, match="token"):
        await spotify_as().artists("Ada Lind")


async def test_a_busy_token_service_says_for_how_long(server: MockServer, spotify_as: Open) -> None:
    server.first(too_many(120))
    with pytest.raises(SourceBusy) as busy:
        await spotify_as().artists("Ada Lind")
    assert busy.value.wait == timedelta(seconds=120)
