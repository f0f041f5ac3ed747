"""What an artist is and costs at Spotify, in both quota modes, and how long it is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from linernotes.errors import SettingsError, UsageError
from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId
from tests.sources.conftest import Hands
from tests.sources.mock_musicbrainz import isrc, small_world
from tests.sources.mock_server import MockServer
from tests.sources.mock_spotify import App, Spotify, number, refusal
from tests.sources.spotify.asking import Open, album, artist, asked, discovered, tokens

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
