"""Spotify over real HTTP: the token, both quota modes, the refusals, and what each costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from linernotes.errors import CredentialMissing, SettingsError, SourceBusy, SourceDown, UsageError
from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackFact
from linernotes.model.source import Catalogue
from linernotes.settings import Settings
from linernotes.sources.web import open_web
from tests.sources.conftest import Hands
from tests.sources.mock_musicbrainz import isrc, small_world
from tests.sources.mock_server import MockServer, Reply, json_reply, text_reply
from tests.sources.mock_spotify import (
    CLIENT_ID,
    QUOTA_EXCEEDED,
    SECRET,
    App,
    Spotify,
    number,
    refusal,
    serve,
    too_many,
)

Open = Callable[..., Catalogue]


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


def asked(server: MockServer) -> list[str]:
    """What the API was asked for, without tokens."""
    return [a.path.removeprefix("/v1/") for a in server.asked if a.path != "/api/token"]


def tokens(server: MockServer) -> int:
    return sum(a.path == "/api/token" for a in server.asked)


def artist(name: str = "Ada Lind") -> ArtistRef:
    return ArtistRef(id=uuid4(), name=name, ids=(ExternalId("spotify", number("artist", name)),))


def album(title: str) -> AlbumRef:
    known = ExternalId("spotify", number("album", title))
    return AlbumRef(id=uuid4(), name=title, artist=artist(), ids=(known,))


async def discovered(source: Catalogue, name: str = "Ada Lind") -> list[TrackFact]:
    """From a name to all tracks, as the stages do it: first all pages of albums, then the tracks."""
    fact = (await source.artists(name))[0]
    ref = ArtistRef(id=uuid4(), name=fact.name, ids=fact.ids)
    albums = []
    offset: int | None = 0
    while offset is not None:
        page = await source.albums(ref, offset)
        albums += page.items
        offset = page.next_offset
    found: list[TrackFact] = []
    for one in albums:
        begin: int | None = 0
        while begin is not None:
            part = await source.tracks(AlbumRef(id=uuid4(), name=one.name, artist=ref, ids=one.ids), begin)
            found += part.items
            begin = part.next_offset
    return found


# ---- what it costs


@pytest.mark.parametrize(
    ("extended", "mode", "calls"),
    [
        (False, "development", 1 + 1 + 10 + 120),
        (True, "extended", 1 + 1 + 1 + 3),
        (False, "auto", 1 + 1 + 1 + 10 + 120),  # one try at what only the other mode allows
        (True, "auto", 1 + 1 + 1 + 3),
        (True, "development", 1 + 1 + 10 + 120),
    ],
)
async def test_what_ten_albums_of_twelve_tracks_cost_and_that_the_second_time_costs_nothing(
    extended: bool, mode: str, calls: int, app: App, server: MockServer, spotify_as: Open
) -> None:
    server.answer = Spotify(small_world(), app := App(extended=extended)).answer
    tracks = await discovered(spotify_as(mode))
    titles = {f"Ada Lind {a} song {t}" for a in range(1, 11) for t in range(1, 13)}
    assert {(t.name, t.isrcs) for t in tracks} == {(title, (isrc(title),)) for title in titles}
    assert len(tracks) == 120
    assert (len(asked(server)), tokens(server)) == (calls, 1)
    assert await discovered(spotify_as(mode)) == tracks  # another process, and what the first one left
    assert len(asked(server)) == calls
    assert app.tokens


async def test_many_albums_are_asked_for_in_full_groups(server: MockServer, spotify_as: Open) -> None:
    server.answer = Spotify(small_world(albums=65, tracks=11, editions=1), App(extended=True)).answer
    assert len(await discovered(spotify_as("extended"))) == 65 * 11
    assert len(asked(server)) == 1 + 2 + 4 + 15  # search, pages of 50, groups of 20, groups of 50


@pytest.mark.parametrize("mode", ["auto", "development"])
async def test_restricted_pages_hold_ten_albums_and_none_is_lost(
    mode: str, server: MockServer, spotify_as: Open
) -> None:
    server.answer = Spotify(small_world(albums=34, tracks=1, editions=1), App()).answer
    assert len(await discovered(spotify_as(mode))) == 34
    limits = {a.params["limit"] for a in server.asked if a.path.endswith("/albums") and "limit" in a.params}
    assert limits == {"10"}


@pytest.mark.parametrize("extended", [False, True])
async def test_an_album_with_more_tracks_than_a_page_loses_none(
    extended: bool, server: MockServer, spotify_as: Open
) -> None:
    server.answer = Spotify(small_world(albums=1, tracks=120, editions=1), App(extended=extended)).answer
    tracks = await discovered(spotify_as())
    assert len({t.ids for t in tracks}) == 120
    assert all(t.isrcs for t in tracks)


async def test_the_mode_is_found_out_once_a_day_and_for_all_processes(
    server: MockServer, spotify_as: Open, hands: Hands
) -> None:
    for name in ("Ada Lind", "Bo Beat"):
        server.answer = Spotify(small_world(name, albums=1, tracks=1), server.answer.__self__.app).answer  # type: ignore[attr-defined]
        await discovered(spotify_as(), name)
    assert asked(server).count("albums") == 1
    hands.time += timedelta(hours=24)
    await discovered(spotify_as(), "Bo Beat")
    assert asked(server).count("albums") == 2


async def test_an_app_that_loses_its_extended_mode_goes_on_in_the_other(server: MockServer, spotify_as: Open) -> None:
    app = App(extended=True)
    server.answer = Spotify(small_world(albums=12, tracks=2), app).answer
    source = spotify_as()
    assert len((await source.tracks(album("Ada Lind 1"), 0)).items) == 2
    app.extended = False
    server.answer = Spotify(small_world("Bo Beat", albums=12, tracks=2), app).answer
    assert len(await discovered(source, "Bo Beat")) == 24


async def test_a_mode_that_is_set_wrongly_is_named(server: MockServer, spotify_as: Open) -> None:
    source = spotify_as("extended")
    for question in (source.albums(artist(), 0), source.artists("Ada Lind")):
        with pytest.raises(SettingsError, match="LINERNOTES_SPOTIFY_MODE is extended"):
            await question
    server.answer = Spotify(small_world(), App(extended=True)).answer
    await source.albums(artist(), 0)
    server.first(refusal(403, "Forbidden"))
    with pytest.raises(SettingsError, match="LINERNOTES_SPOTIFY_MODE is extended"):
        await source.tracks(album("Ada Lind 1"), 0)


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


async def test_what_spotify_does_not_know_is_told_of(spotify_as: Open) -> None:
    gone = ExternalId("spotify", "gone")
    nobody = ArtistRef(id=uuid4(), name="Gone", ids=(gone,))
    for mode in ("development", "extended"):
        source = spotify_as(mode) if mode == "development" else spotify_as("auto")
        assert (await source.albums(nobody, 0)).problems[0].kind == "not_found"
        ref = AlbumRef(id=uuid4(), name="Gone", artist=nobody, ids=(gone,))
        assert (await source.tracks(ref, 0)).problems[0].kind == "not_found"
        assert (await source.tracks(ref, 50)).problems[0].kind == "not_found"


async def test_a_track_that_vanished_meanwhile_stays_without_its_isrc(server: MockServer, spotify_as: Open) -> None:
    world = Spotify(small_world(albums=1, tracks=2), App())
    server.answer = world.answer
    world.tracks.pop(number("track", "Ada Lind 1/Ada Lind 1 song 2"))
    tracks = (await spotify_as("development").tracks(album("Ada Lind 1"), 0)).items
    assert [bool(t.isrcs) for t in tracks] == [True, False]


async def test_an_empty_name_and_ids_that_are_none_are_not_asked_for(server: MockServer, spotify_as: Open) -> None:
    source = spotify_as()
    assert await source.artists(" ") == ()
    odd = ArtistRef(id=uuid4(), name="x", ids=(ExternalId("spotify", "../me"),))
    assert (await source.albums(odd, 0)).problems[0].kind == "not_found"
    assert (await source.tracks(AlbumRef(id=uuid4(), name="x", artist=odd), 0)).problems[0].kind == "not_found"
    with pytest.raises(UsageError, match="name those"):
        await source.everyone()
    assert server.asked == []


# ---- what is kept


async def test_nothing_is_kept_for_longer_than_a_day(
    server: MockServer, spotify_as: Open, db: psycopg.Connection, hands: Hands
) -> None:
    await discovered(spotify_as())
    longest = db.execute("select max(expires_at - fetched_at) from linernotes.responses").fetchone()
    assert longest == (timedelta(hours=24),)
    hands.time += timedelta(hours=24)
    await spotify_as().artists("Somebody Else")
    left = db.execute("select count(*) from linernotes.responses where source = 'spotify'").fetchone()
    assert left == (1,)


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


async def test_an_artist_is_found_by_its_id_and_by_the_address_of_its_page(
    spotify_as: Open, server: MockServer
) -> None:
    known = number("artist", "Ada Lind")
    source = spotify_as()
    for text in (
        f"spotify:{known}",
        f"spotify:artist:{known}",
        f"https://open.spotify.com/intl-de/artist/{known}?si=x",
    ):
        (found,) = await source.artists(text)
        assert (found.name, found.ids) == ("Ada Lind", (ExternalId("spotify", known),))
    assert await source.artists("spotify:" + "z" * 22) == ()
    assert await source.artists("deezer:27") == ()
    assert asked(server) == [f"artists/{known}", "artists/" + "z" * 22]
