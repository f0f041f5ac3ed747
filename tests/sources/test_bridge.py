"""From ISRCs of another catalogue to MusicBrainz's credits: the fewest calls, and no credit of another album."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from linernotes.model.catalogue import AlbumRef, ArtistRef, TrackRef
from linernotes.model.claim import Claim, Level, Match
from linernotes.sources.musicbrainz.bridge import Carrier, cover, fitting, title_key
from linernotes.sources.musicbrainz.source import MusicBrainz
from linernotes.sources.transport import Transport
from tests.sources.conftest import Hands
from tests.sources.drive import drive
from tests.sources.mock_musicbrainz import (
    World,
    isrc,
    mbid,
    recording,
    relation,
    release,
    serve,
    small_world,
)
from tests.sources.mock_server import MockServer, json_reply
from tests.sources.mock_spotify import App

Make = Callable[..., Transport]


def codes_in(query: str) -> int:
    """How many ISRCs a search asks for."""
    return len(re.findall(r"\bXX[0-9A-Z]{3}[0-9]{7}\b", query))


def carrier(
    edition: str, title: str = "x", *, length: int | None = None, official: bool = True, date: str = "2019"
) -> Carrier:
    return Carrier(edition=edition, title=title, official=official, date=date, length=length)


def track_of(title: str, *, code: str | None = None, duration_ms: int | None = None) -> TrackRef:
    return TrackRef(id=uuid4(), name=title, recording_id=uuid4(), isrc=code or isrc(title), duration_ms=duration_ms)


def album_of(title: str) -> AlbumRef:
    return AlbumRef(id=uuid4(), name=title, artist=ArtistRef(id=uuid4(), name="Ada Lind"))


def songs(title: str, count: int) -> list[TrackRef]:
    return [track_of(f"{title} song {n}") for n in range(1, count + 1)]


def roles(claims: Sequence[Claim]) -> set[tuple[str, str]]:
    return {(claim.person.name, claim.raw_role) for claim in claims}


# ---- the choice of editions


def test_the_edition_that_carries_most_of_what_is_left_is_taken_first() -> None:
    one, two, box = carrier("one"), carrier("two"), carrier("box")
    assert cover({"A": (one, box), "B": (one, box), "C": (two, box)}, frozenset()) == dict.fromkeys("ABC", "box")
    assert cover({"A": (one,), "B": (one, two), "C": (two,)}, frozenset()) == {"A": "one", "B": "one", "C": "two"}


def test_of_editions_that_carry_as_much_our_own_album_the_official_and_the_earliest_win() -> None:
    hits, own = carrier("a", "Hits"), carrier("b", "Glass (Deluxe Edition)")
    assert cover({"A": (hits, own)}, frozenset({title_key("Glass")})) == {"A": "b"}
    bootleg, real = carrier("a", official=False), carrier("b")
    assert cover({"A": (bootleg, real)}, frozenset()) == {"A": "b"}
    late, early, undated = carrier("a", date="2020"), carrier("b", date="1999-05"), carrier("c", date="")
    assert cover({"A": (late, early, undated)}, frozenset()) == {"A": "b"}


def test_the_choice_does_not_depend_on_the_order() -> None:
    a, b = carrier("a"), carrier("b")
    assert cover({"A": (a, b), "B": (b, a)}, frozenset()) == cover({"B": (b, a), "A": (b, a)}, frozenset())


def test_a_code_that_nothing_carries_is_left_out() -> None:
    assert cover({"A": ()}, frozenset()) == {}


def test_an_edition_whose_recording_is_longer_by_more_than_ten_seconds_does_not_fit() -> None:
    long, unknown = carrier("long", length=320_001), carrier("unknown")
    track = track_of("x", code="XXLNR0000001", duration_ms=310_000)
    assert fitting([track], {"XXLNR0000001": (long, unknown)}) == {"XXLNR0000001": (unknown,)}
    assert fitting([track], {"XXLNR0000001": (long,)}) == {}


@pytest.mark.parametrize(
    ("a", "b"), [("Glass", "Glass (Deluxe Edition)"), ("GLASS", "glass"), ("Glass", "Glass [2011 Remaster]")]
)
def test_titles_of_one_album(a: str, b: str) -> None:
    assert title_key(a) == title_key(b)


@pytest.mark.parametrize(("a", "b"), [("Glass", "Glass Hits"), ("(I) Glass", "Glass"), ("方", "時")])
def test_titles_of_two_albums(a: str, b: str) -> None:
    assert title_key(a) != title_key(b)


# ---- over HTTP


@pytest.fixture
def world() -> World:
    return small_world(albums=3, tracks=4)


@pytest.fixture
def server(world: World) -> Iterator[MockServer]:
    with serve(world) as running:
        yield running


@pytest.fixture
def source(server: MockServer, transport_to: Make) -> MusicBrainz:
    return MusicBrainz(transport_to(f"{server.url}/ws/2"))


def asked(server: MockServer) -> list[str]:
    return [a.path.removeprefix("/ws/2/").split("/")[0] for a in server.asked]


async def test_albums_that_are_looked_ahead_at_share_their_search(source: MusicBrainz, server: MockServer) -> None:
    albums = [(album_of(f"Ada Lind {n}"), songs(f"Ada Lind {n}", 4)) for n in (1, 2, 3)]
    await source.look_ahead(albums)
    assert asked(server) == ["recording"]
    for album, tracks in albums:
        answer = await source.credits(album, tracks)
        assert all(("Wilma Words", "composer") in roles(answer.claims[track.id]) for track in tracks)
        assert {c.match for track in tracks for c in answer.claims[track.id]} == {Match.SHARED_ID}
    assert asked(server) == ["recording", "release", "release", "release"]


async def test_without_looking_ahead_the_credits_are_the_same(source: MusicBrainz, server: MockServer) -> None:
    album, tracks = album_of("Ada Lind 1"), songs("Ada Lind 1", 4)
    alone = await source.credits(album, tracks)
    await source.look_ahead([(album, tracks)])
    assert await source.credits(album, tracks) == alone
    assert asked(server) == ["recording", "release"]


async def test_what_is_known_of_a_code_does_not_depend_on_its_company(
    server: MockServer, transport_to: Make, hands: Hands
) -> None:
    def another_process() -> MusicBrainz:
        return MusicBrainz(transport_to(f"{server.url}/ws/2"))

    one, two = (album_of("Ada Lind 1"), songs("Ada Lind 1", 4)), (album_of("Ada Lind 2"), songs("Ada Lind 2", 4))
    await another_process().look_ahead([one])
    await another_process().look_ahead([two, one])
    await another_process().credits(album_of("Ada Lind 1"), [one[1][0], two[1][0]])
    searches = [a.params["query"] for a in server.asked if a.path.endswith("/recording")]
    assert [codes_in(query) for query in searches] == [4, 4]
    hands.time += timedelta(days=7)
    await another_process().look_ahead([one])
    assert asked(server).count("recording") == 3


async def test_more_codes_than_fifty_are_searched_in_full_calls(transport_to: Make) -> None:
    with serve(small_world(albums=10, tracks=11)) as server:
        source = MusicBrainz(transport_to(f"{server.url}/ws/2"))
        await source.look_ahead([(album_of(f"Ada Lind {n}"), songs(f"Ada Lind {n}", 11)) for n in range(1, 11)])
        counts = [codes_in(a.params["query"]) for a in server.asked]
        assert all(len(a.params["query"]) < 900 for a in server.asked)
    assert counts == [50, 50, 10]


async def test_more_recordings_than_a_page_are_all_read(transport_to: Make) -> None:
    world = World()
    ada, bo = world.add_artist("Ada Lind"), world.add_artist("Bo Beat")
    code = "XXLNR0000001"
    many = [recording(f"Take {n}", ada, isrcs=[code], length=60_000) for n in range(130)]
    last = recording("The one", ada, relation("recording", "producer", bo), isrcs=[code], length=300_000)
    world.add_release(release("Takes", "0", ada, many))
    world.add_release(release("Glass", "0", ada, [last]))
    with serve(world) as server:
        source = MusicBrainz(transport_to(f"{server.url}/ws/2"))
        track = track_of("The one", code=code, duration_ms=301_000)
        answer = await source.credits(album_of("Glass"), [track])
        assert [a.params.get("offset") for a in server.asked if a.path.endswith("/recording")] == [None, "100"]
    assert roles(answer.claims[track.id]) == {("Bo Beat", "producer")}


async def test_codes_nobody_knows_and_tracks_without_one_stay_unknown_and_are_not_asked_for_twice(
    source: MusicBrainz, server: MockServer
) -> None:
    unknown = track_of("x", code="XXLNR9999999")
    without = TrackRef(id=uuid4(), name="y", recording_id=uuid4())
    wrong = track_of("z", code="NOT-A-CODE")
    for _ in range(2):
        assert (await source.credits(album_of("x"), [unknown, without, wrong])).claims == {}
    assert asked(server) == ["recording"]


async def test_a_box_gives_the_credits_of_its_recordings_and_none_of_its_own(transport_to: Make) -> None:
    world = World()
    ada, bo, cy, di = (world.add_artist(name) for name in ("Ada Lind", "Bo Beat", "Cy Fox", "Di Hall"))
    one = [
        recording("a", ada, relation("recording", "producer", bo)),
        recording("b", ada, relation("recording", "producer", bo)),
    ]
    two = [recording("c", ada, relation("recording", "producer", cy))]
    world.add_release(release("One", "0", ada, one, relation("release", "mastering", di)))
    world.add_release(release("Two", "0", ada, two))
    world.add_release(release("The Box", "0", ada, [*one, *two], relation("release", "producer", di)))
    with serve(world) as server:
        source = MusicBrainz(transport_to(f"{server.url}/ws/2"))
        albums = [(album_of("One"), [track_of("a"), track_of("b")]), (album_of("Two"), [track_of("c")])]
        await source.look_ahead(albums)
        found = [roles(c) for album, tracks in albums for c in (await source.credits(album, tracks)).claims.values()]
        assert asked(server) == ["recording", "release"]
    assert found == [{("Bo Beat", "producer")}, {("Bo Beat", "producer")}, {("Cy Fox", "producer")}]


async def test_where_the_box_names_no_producer_our_own_album_is_asked_as_well(transport_to: Make) -> None:
    world = World()
    ada, bo, di = (world.add_artist(name) for name in ("Ada Lind", "Bo Beat", "Di Hall"))
    one, two = [recording("a", ada), recording("b", ada)], [recording("c", ada)]
    world.add_release(release("One", "0", ada, one, relation("release", "producer", bo)))
    world.add_release(release("The Box", "0", ada, [*one, *two], relation("release", "producer", di)))
    with serve(world) as server:
        source = MusicBrainz(transport_to(f"{server.url}/ws/2"))
        album, tracks = album_of("One"), [track_of("a"), track_of("b")]
        other, its_tracks = album_of("Two"), [track_of("c")]
        await source.look_ahead([(album, tracks), (other, its_tracks)])
        claims = (await source.credits(album, tracks)).claims
        assert asked(server) == ["recording", "release", "release"]
        assert (await source.credits(other, its_tracks)).claims == {its_tracks[0].id: ()}
    assert [[(c.person.name, c.level) for c in claims[t.id]] for t in tracks] == [[("Bo Beat", Level.RELEASE)]] * 2


async def test_an_edition_that_was_merged_is_believed_when_it_carries_our_code(
    source: MusicBrainz, server: MockServer, world: World
) -> None:
    merged, left = mbid("release", "gone"), world.releases.pop(mbid("release", "Ada Lind 1/0"))
    world.merged[left["id"]] = merged
    listed = {"id": left["id"], "title": "Ada Lind 1", "status": "Official"}
    world.releases.pop(mbid("release", "Ada Lind 1/1"))
    world.releases[merged] = {**left, "id": merged}
    track = track_of("Ada Lind 1 song 1")
    found = {"id": mbid("recording", "x"), "isrcs": [track.isrc], "releases": [listed]}
    server.first(json_reply({"count": 1, "recordings": [found]}))
    assert (await source.credits(album_of("Ada Lind 1"), [track])).claims.keys() == {track.id}


async def test_an_edition_that_is_gone_leaves_its_tracks_unknown(source: MusicBrainz, server: MockServer) -> None:
    track = track_of("Ada Lind 1 song 1")
    listed = {"id": mbid("release", "gone"), "title": "Ada Lind 1", "status": "Official"}
    found = {"id": mbid("recording", "x"), "isrcs": [track.isrc], "releases": [listed]}
    server.first(json_reply({"count": 1, "recordings": [found]}))
    assert (await source.credits(album_of("Ada Lind 1"), [track])).claims == {}


# ---- through the whole pipeline


@pytest.mark.parametrize(
    ("catalogue", "mode", "calls"),
    [
        ("deezer", "auto", 1 + 1 + 3),
        ("spotify", "development", 1 + 1 + 3 + 12),
        ("spotify", "extended", 1 + 1 + 1 + 1),
    ],
)
async def test_discovering_from_another_catalogue_brings_musicbrainzs_credits_and_costs_nothing_twice(
    catalogue: str, mode: str, calls: int, database_url: str, db: psycopg.Connection
) -> None:
    world = small_world(albums=3, tracks=4)
    async with drive(database_url, world, app=App(extended=mode == "extended"), spotify_mode=mode) as run:
        await run.discover("Ada Lind", catalogue)
        found = run.calls()
        assert (found[catalogue], found["musicbrainz"]) == (calls, 1 + 3)
        run.restart()
        await run.discover("Ada Lind", catalogue)
        run.forget_that_it_is_done()
        await run.discover("Ada Lind", catalogue)
        again = run.calls()
        assert {name: again[name] for name in found if name != "tokens"} == {
            name: found[name] for name in found if name != "tokens"
        }
    credits = db.execute(
        """select t.name, p.name, x.role from public.track_producers x
           join public.tracks t on t.id = x.track_id join public.producers p on p.id = x.producer_id"""
    ).fetchall()
    assert len({c[0] for c in credits if c[2] == "producer"}) == 12
    assert {c[1] for c in credits if c[2] == "composer"} == {"Wilma Words"}
    assert db.execute("select distinct source from linernotes.claims").fetchall() == [("musicbrainz",)]
    assert db.execute("select count(*) from linernotes.dead_letters").fetchone() == (0,)


async def test_a_file_with_isrcs_gets_musicbrainzs_credits_beside_its_own(
    database_url: str, db: psycopg.Connection, tmp_path: Path
) -> None:
    world = small_world(albums=2, tracks=3)
    rows = [f"Ada Lind,Ada Lind 1,Ada Lind 1 song {n},{isrc(f'Ada Lind 1 song {n}')},Zed" for n in (1, 2, 3)]
    path = tmp_path / "songs.csv"
    path.write_text("\n".join(["artist,album,track,isrc,producers", *rows]) + "\n", encoding="utf-8")
    async with drive(database_url, world) as run:
        await run.discover("Ada Lind", f"file:{path}")
        assert run.calls()["musicbrainz"] == 2
    names = db.execute(
        "select distinct source, person.name from linernotes.claims join public.producers person"
        " on person.id = producer_id where role = 'producer' order by 1, 2"
    ).fetchall()
    assert ("file:songs.csv", "Zed") in names
    assert {name for source, name in names if source == "musicbrainz"} == {"Producer 1", "Producer 3", "Producer 4"}
