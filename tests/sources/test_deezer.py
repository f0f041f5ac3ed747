"""Deezer over real HTTP: its pages, its errors with status 200, its limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from linernotes.errors import BadAnswer, SourceBusy, SourceRefused, UsageError
from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackFact
from linernotes.model.source import Catalogue
from linernotes.settings import Settings
from linernotes.sources.web import open_web
from tests.sources.conftest import Hands
from tests.sources.mock_deezer import QUOTA, Deezer, error, number, serve
from tests.sources.mock_musicbrainz import isrc, small_world
from tests.sources.mock_server import MockServer, json_reply, text_reply


@pytest.fixture
def server(hands: Hands) -> Iterator[MockServer]:
    with serve(small_world(), lambda: hands.time.timestamp()) as running:
        yield running


@pytest.fixture
def deezer(server: MockServer, pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands) -> Catalogue:
    settings = Settings(contact="tests@example.org", deezer_url=server.url)
    source = open_web("deezer", settings, pool, client, hands.clock)
    assert source.catalogue is not None
    assert (source.credits, source.profiles) == (None, None)
    return source.catalogue


def artist(name: str = "Ada Lind") -> ArtistRef:
    return ArtistRef(id=uuid4(), name=name, ids=(ExternalId("deezer", str(number("artist", name))),))


def album(title: str) -> AlbumRef:
    known = ExternalId("deezer", str(number("album", title)))
    return AlbumRef(id=uuid4(), name=title, artist=artist(), ids=(known,))


async def discovered(source: Catalogue, name: str) -> list[TrackFact]:
    """From a name to all tracks, as the stages do it."""
    fact = (await source.artists(name))[0]
    ref = ArtistRef(id=uuid4(), name=fact.name, ids=fact.ids)
    found: list[TrackFact] = []
    offset: int | None = 0
    while offset is not None:
        page = await source.albums(ref, offset)
        for one in page.items:
            begin: int | None = 0
            while begin is not None:
                part = await source.tracks(AlbumRef(id=uuid4(), name=one.name, artist=ref, ids=one.ids), begin)
                found += part.items
                begin = part.next_offset
        offset = page.next_offset
    return found


async def test_an_artist_is_found_by_its_id_and_by_the_address_of_its_page(
    deezer: Catalogue, server: MockServer
) -> None:
    known = number("artist", "Ada Lind")
    for asked in (f"deezer:{known}", f"https://www.deezer.com/fr/artist/{known}"):
        (found,) = await deezer.artists(asked)
        assert (found.name, found.ids) == ("Ada Lind", (ExternalId("deezer", str(known)),))
    assert await deezer.artists("deezer:1") == ()
    assert [a.path for a in server.asked] == [f"/artist/{known}", "/artist/1"]
    assert await deezer.artists("spotify:" + "a" * 22) == ()
    assert len(server.asked) == 2


async def test_ten_albums_of_twelve_tracks_cost_twelve_calls_and_none_the_second_time(
    deezer: Catalogue, server: MockServer
) -> None:
    tracks = await discovered(deezer, "ada lind")
    titles = {f"Ada Lind {a} song {t}" for a in range(1, 11) for t in range(1, 13)}
    assert {t.name for t in tracks} == titles
    assert {t.isrcs for t in tracks} == {(isrc(title),) for title in titles}
    assert len(server.asked) == 12
    assert await discovered(deezer, "ada lind") == tracks
    assert len(server.asked) == 12


async def test_an_answer_is_kept_for_a_day(deezer: Catalogue, server: MockServer, db: psycopg.Connection) -> None:
    await deezer.artists("Ada Lind")
    kept = db.execute("select expires_at - fetched_at from linernotes.responses where source = 'deezer'").fetchall()
    assert [row[0].total_seconds() for row in kept] == [24 * 3600]


@pytest.mark.parametrize(("albums", "tracks"), [(120, 1), (1, 120)])
async def test_an_artist_with_more_albums_or_tracks_than_a_page_loses_none(
    albums: int, tracks: int, deezer: Catalogue, server: MockServer, hands: Hands
) -> None:
    world = small_world(albums=albums, tracks=tracks, editions=1)
    server.answer = Deezer(world, lambda: hands.time.timestamp()).answer
    assert len({t.ids for t in await discovered(deezer, "Ada Lind")}) == 120


async def test_fifty_requests_in_five_seconds_are_never_passed(deezer: Catalogue, server: MockServer) -> None:
    for n in range(120):
        await deezer.artists(f"artist {n}")
    assert len(server.asked) == 120  # one more would have been a refusal, and a second request


async def test_over_its_limit_five_seconds_are_waited_out_and_then_the_work_is_sent_away(
    deezer: Catalogue, server: MockServer, hands: Hands
) -> None:
    server.first(QUOTA)
    assert (await deezer.artists("Ada Lind"))[0].name == "Ada Lind"
    assert 5 <= sum(hands.slept) < 5.5
    server.first(QUOTA, QUOTA)
    with pytest.raises(SourceBusy):
        await deezer.artists("Somebody Else")


async def test_what_deezer_does_not_know_is_told_of(deezer: Catalogue, server: MockServer) -> None:
    gone = ArtistRef(id=uuid4(), name="Gone", ids=(ExternalId("deezer", "1"),))
    page = await deezer.albums(gone, 0)
    assert (page.items, [p.kind for p in page.problems]) == ((), ["not_found"])
    tracks = await deezer.tracks(AlbumRef(id=uuid4(), name="Gone", artist=gone, ids=(ExternalId("deezer", "1"),)), 0)
    assert (tracks.items, [p.kind for p in tracks.problems]) == ((), ["not_found"])
    server.first(json_reply({"error": {"type": "DataException", "message": "no data", "code": 800}}, 404))
    assert (await deezer.albums(artist("Max Master"), 0)).problems[0].kind == "not_found"


@pytest.mark.parametrize("value", ["", "x", "1/../2", "-1"])
async def test_an_id_that_is_none_is_not_asked_for(deezer: Catalogue, server: MockServer, value: str) -> None:
    ids = (ExternalId("deezer", value),) if value else ()
    nobody = ArtistRef(id=uuid4(), name="Nobody", ids=ids)
    assert (await deezer.albums(nobody, 0)).problems[0].kind == "not_found"
    assert (await deezer.tracks(AlbumRef(id=uuid4(), name="x", artist=nobody, ids=ids), 0)).items == ()
    assert server.asked == []


async def test_a_wrong_question_is_refused_and_not_kept(
    deezer: Catalogue, server: MockServer, db: psycopg.Connection
) -> None:
    server.first(error("Exception", "The limit of items was exceeded", 100))
    with pytest.raises(SourceRefused, match="error 100: The limit"):
        await deezer.albums(artist(), 0)
    assert db.execute("select count(*) from linernotes.responses").fetchone() == (0,)
    assert len((await deezer.albums(artist(), 0)).items) == 10


@pytest.mark.parametrize("reply", [text_reply("<html>sorry"), json_reply({"surprise": 1}), json_reply([])])
async def test_an_answer_of_no_use_is_told_of_and_not_kept(deezer: Catalogue, server: MockServer, reply: Any) -> None:
    server.first(reply)
    with pytest.raises(BadAnswer):
        await deezer.tracks(album("Ada Lind 1"), 0)
    assert len((await deezer.tracks(album("Ada Lind 1"), 0)).items) == 12


async def test_an_empty_name_is_not_asked_for_and_nobody_lists_everyone(
    deezer: Catalogue, server: MockServer
) -> None:
    assert await deezer.artists(" \n") == ()
    with pytest.raises(UsageError, match="name those"):
        await deezer.everyone()
    assert server.asked == []
