"""MusicBrainz over real HTTP, from a name to all credits, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest

from linernotes.errors import BadAnswer, SourceBusy, UsageError
from linernotes.model.catalogue import AlbumFact, AlbumRef, ArtistRef, ExternalId, TrackFact, TrackRef, value_of
from linernotes.model.claim import CreditAnswer, Level, ProducerRef
from linernotes.sources.musicbrainz.source import MusicBrainz
from linernotes.sources.transport import Transport
from tests.sources.mock_musicbrainz import (
    World,
    isrc,
    mbid,
    recording,
    relation,
    release,
    serve,
    small_world,
    url_relation,
)
from tests.sources.mock_server import MockServer, json_reply

Make = Callable[..., Transport]


@pytest.fixture
def world() -> World:
    return small_world()


@pytest.fixture
def server(world: World) -> Iterator[MockServer]:
    with serve(world) as running:
        yield running


@pytest.fixture
def source(server: MockServer, transport_to: Make) -> MusicBrainz:
    return MusicBrainz(transport_to(f"{server.url}/ws/2"))


def artist_ref(name: str) -> ArtistRef:
    return ArtistRef(id=uuid4(), name=name, ids=(ExternalId("musicbrainz", mbid("artist", name)),))


def album_ref(fact: AlbumFact, artist: ArtistRef) -> AlbumRef:
    return AlbumRef(id=uuid4(), name=fact.name, artist=artist, ids=fact.ids, edition=fact.edition)


def track_ref(fact: TrackFact) -> TrackRef:
    return TrackRef(id=uuid4(), name=fact.name, recording_id=uuid4(), ids=fact.ids, recording_ids=fact.recording_ids)


def album_of(edition: str, title: str = "x") -> AlbumRef:
    return AlbumRef(id=uuid4(), name=title, artist=artist_ref("Ada Lind"), edition=mbid("release", edition))


async def discover(source: MusicBrainz, name: str) -> list[tuple[AlbumRef, list[TrackRef], CreditAnswer]]:
    """From a name to all credits, as the stages do it."""
    fact = (await source.artists(name))[0]
    artist = ArtistRef(id=uuid4(), name=fact.name, ids=fact.ids)
    found = []
    offset: int | None = 0
    while offset is not None:
        page = await source.albums(artist, offset)
        for album in page.items:
            ref = album_ref(album, artist)
            tracks = [track_ref(t) for t in (await source.tracks(ref, 0)).items]
            found.append((ref, tracks, await source.credits(ref, tracks)))
        offset = page.next_offset
    return found


async def test_an_artist_with_ten_albums_of_twelve_tracks_costs_twelve_calls_and_none_the_second_time(
    source: MusicBrainz, server: MockServer, db: psycopg.Connection
) -> None:
    found = await discover(source, "Ada Lind")
    assert [len(tracks) for _, tracks, _ in found] == [12] * 10
    assert all(set(answer.claims) == {t.id for t in tracks} for _, tracks, answer in found)
    assert len(server.asked) == 12
    await discover(source, "Ada Lind")
    assert len(server.asked) == 12
    assert db.execute("select calls, cached from linernotes.budgets").fetchone() == (12, 10 + 12 + 10)


async def test_every_credit_of_the_world_is_found_at_its_level(source: MusicBrainz) -> None:
    found = await discover(source, "Ada Lind")
    levels = Counter(
        (claim.raw_role, claim.level)
        for _, _, answer in found
        for claims in answer.claims.values()
        for claim in claims
    )
    assert levels == {
        ("producer", Level.RECORDING): 9 * 12,
        ("producer [co]", Level.RECORDING): 9,
        ("producer", Level.RELEASE): 12,
        ("composer", Level.WORK): 120,
        ("mastering", Level.RELEASE): 120,
    }
    assert not [problem for _, _, answer in found for problem in answer.problems]


async def test_an_artist_is_found_by_an_alias_and_by_its_id(source: MusicBrainz) -> None:
    (by_alias,) = await source.artists("ada lind BAND")
    assert (by_alias.name, by_alias.score) == ("Ada Lind", 80)
    (by_id,) = await source.artists(mbid("artist", "Ada Lind").upper())
    assert by_id.name == "Ada Lind"
    assert await source.artists(mbid("artist", "Nobody")) == ()
    assert await source.artists("Nobody") == ()


@pytest.mark.parametrize("name", ["", "   ", "\n"])
async def test_an_empty_name_is_not_asked_for(source: MusicBrainz, server: MockServer, name: str) -> None:
    assert await source.artists(name) == ()
    assert server.asked == []


async def test_nobody_lists_all_artists(source: MusicBrainz) -> None:
    with pytest.raises(UsageError, match="name those"):
        await source.everyone()


async def test_an_artist_with_more_albums_than_a_page_loses_none(transport_to: Make) -> None:
    world = small_world(albums=120, tracks=1, editions=2)
    with serve(world) as server:
        found = await discover(MusicBrainz(transport_to(f"{server.url}/ws/2")), "Ada Lind")
        browsed = [asked for asked in server.asked if asked.path == "/ws/2/release"]
    assert [asked.params["offset"] for asked in browsed] == ["0", "100", "200"]
    groups = {value_of(album.ids, "musicbrainz") for album, _, _ in found}
    assert groups == {mbid("release-group", f"Ada Lind {n}") for n in range(1, 121)}


async def test_various_artists_are_never_discovered(source: MusicBrainz, server: MockServer) -> None:
    various = ArtistRef(
        id=uuid4(), name="Various Artists", ids=(ExternalId("musicbrainz", "89ad4ac3-39f7-470e-963a-56509c546377"),)
    )
    page = await source.albums(various, 0)
    assert (page.items, page.problems[0].kind, server.asked) == ((), "not_found", [])


async def test_an_edition_that_was_deleted_gives_way_to_another_of_the_album(source: MusicBrainz) -> None:
    gone, left = mbid("release", "gone"), mbid("release", "Ada Lind 1/1")
    album = AlbumRef(
        id=uuid4(),
        name="Ada Lind 1",
        artist=artist_ref("Ada Lind"),
        ids=(ExternalId("musicbrainz_release", left),),
        edition=gone,
    )
    assert len((await source.tracks(album, 0)).items) == 12


async def test_an_album_nobody_knows_any_more_is_told_of(source: MusicBrainz) -> None:
    page = await source.tracks(album_of("gone"), 0)
    assert (page.items, page.problems[0].kind) == ((), "not_found")
    assert (await source.credits(album_of("gone"), [])).claims == {}


async def test_a_merged_edition_is_believed_when_it_is_of_the_same_album(source: MusicBrainz, world: World) -> None:
    old, new = mbid("release", "entered twice"), mbid("release", "Ada Lind 3/0")
    world.merged[old] = new
    artist = artist_ref("Ada Lind")
    own = AlbumRef(
        id=uuid4(),
        name="renamed since",
        artist=artist,
        ids=(ExternalId("musicbrainz", mbid("release-group", "Ada Lind 3")),),
        edition=old,
    )
    assert len((await source.tracks(own, 0)).items) == 12


async def test_an_answer_about_another_album_is_not_believed_and_not_kept(
    source: MusicBrainz, server: MockServer, world: World
) -> None:
    server.first(json_reply(world.releases[mbid("release", "Ada Lind 5/0")]))
    with pytest.raises(BadAnswer, match="answered about"):
        await source.tracks(album_of("Ada Lind 3/0", "Ada Lind 3"), 0)
    assert (await source.tracks(album_of("Ada Lind 3/0", "Ada Lind 3"), 0)).items[0].name == "Ada Lind 3 song 1"


async def test_an_id_with_a_flipped_digit_is_damage_and_no_merge(
    source: MusicBrainz, server: MockServer, world: World
) -> None:
    wanted = mbid("release", "Ada Lind 3/0")
    damaged = wanted[:-1] + ("0" if wanted[-1] != "0" else "1")
    server.first(json_reply({**world.releases[wanted], "id": damaged}))
    with pytest.raises(BadAnswer):
        await source.tracks(album_of("Ada Lind 3/0", "Ada Lind 3"), 0)


async def test_a_page_of_another_offset_than_asked_for_is_not_believed(
    source: MusicBrainz, server: MockServer
) -> None:
    server.first(json_reply({"releases": [], "release-count": 300, "release-offset": 0}))
    with pytest.raises(BadAnswer, match="from 100"):
        await source.albums(artist_ref("Ada Lind"), 100)


# ---- large editions


async def test_the_credits_of_a_box_of_six_hundred_tracks_are_read_from_pages_of_recordings(
    transport_to: Make,
) -> None:
    world = World()
    ada, bo = world.add_artist("Ada Lind"), world.add_artist("Bo Beat")
    made = [recording(f"Piece {n}", ada, relation("recording", "producer", bo)) for n in range(600)]
    world.add_release(release("Box", "0", ada, made))
    with serve(world) as server:
        source = MusicBrainz(transport_to(f"{server.url}/ws/2"))
        album = album_of("Box/0", "Box")
        tracks: list[TrackRef] = []
        offset: int | None = 0
        while offset is not None:
            page = await source.tracks(album, offset)
            tracks += [track_ref(t) for t in page.items]
            offset = page.next_offset
        answer = await source.credits(album, tracks)
        assert [asked.path.removeprefix("/ws/2/") for asked in server.asked] == [
            f"release/{mbid('release', 'Box/0')}",
            *["recording"] * 6,
        ]
        await source.credits(album, tracks[:5])
        assert len(server.asked) == 7
    assert len(tracks) == 600
    assert {c.raw_role for t in tracks for c in answer.claims[t.id]} == {"producer"}
    assert answer.problems == ()


async def test_pages_of_recordings_that_are_empty_end(
    source: MusicBrainz, server: MockServer, world: World, db: psycopg.Connection
) -> None:
    bare = {**world.releases[mbid("release", "Ada Lind 1/0")], "relations": []}
    bare["media"] = [
        {**m, "tracks": [{**t, "recording": {"id": t["recording"]["id"]}} for t in m["tracks"]]}
        for m in bare["media"]
    ]
    album = album_of("Ada Lind 1/0", "Ada Lind 1")
    server.first(json_reply(bare), *[json_reply({"recordings": [], "recording-count": 900})] * 9)
    tracks = [track_ref(t) for t in (await source.tracks(album, 0)).items]
    answer = await source.credits(album, tracks)
    assert answer.claims == {}
    assert {p.kind for p in answer.problems} == {"incomplete_answer"}
    assert len(server.asked) == 2
    assert db.execute("select cached from linernotes.budgets").fetchone() == (1,)


# ---- tracks that another source listed


async def test_tracks_of_another_catalogue_are_found_by_their_codes_in_two_calls(
    source: MusicBrainz, server: MockServer
) -> None:
    album = AlbumRef(id=uuid4(), name="Ada Lind 2", artist=ArtistRef(id=uuid4(), name="Ada Lind"))
    names = ["Ada Lind 2 song 1", "Ada Lind 2 song 2", "Ada Lind 2 song 3"]
    tracks = [TrackRef(id=uuid4(), name=n, recording_id=uuid4(), isrc=isrc(n)) for n in names]
    unknown = TrackRef(id=uuid4(), name="x", recording_id=uuid4(), isrc="XXLNR9999999")
    answer = await source.credits(album, [*tracks, unknown])
    assert set(answer.claims) == {t.id for t in tracks}
    assert len(server.asked) == 2


async def test_tracks_without_ids_or_codes_are_not_asked_about(source: MusicBrainz, server: MockServer) -> None:
    album = AlbumRef(id=uuid4(), name="Ada Lind 2", artist=ArtistRef(id=uuid4(), name="Ada Lind"))
    track = TrackRef(id=uuid4(), name="Ada Lind 2 song 1", recording_id=uuid4())
    assert (await source.credits(album, [track])).claims == {}
    assert server.asked == []


# ---- profiles


def producer_ref(name: str, known_as: str | None = None) -> ProducerRef:
    return ProducerRef(id=uuid4(), name=known_as or name, ids=(ExternalId("musicbrainz", mbid("artist", name)),))


async def test_a_profile_costs_one_call_and_people_without_an_id_none(
    source: MusicBrainz, server: MockServer
) -> None:
    known, gone = producer_ref("Producer 1"), producer_ref("Nobody")
    nameless = ProducerRef(id=uuid4(), name="Producer 2")
    unknown = ProducerRef(
        id=uuid4(), name="[unknown]", ids=(ExternalId("musicbrainz", "125ec42a-7229-4250-afc5-e057484327fe"),)
    )
    found = await source.profiles([known, gone, nameless, unknown])
    assert set(found) == {known.id}
    assert [(link.kind, link.value) for link in found[known.id].links] == [
        ("instagram", "producer.1"),
        ("homepage", "producer1.example.com"),
    ]
    assert ExternalId("discogs", "1001") in found[known.id].ids
    assert len(server.asked) == 2


async def test_a_merged_person_is_believed_by_name_and_keeps_both_ids(source: MusicBrainz, world: World) -> None:
    old = mbid("artist", "entered twice")
    world.merged[old] = mbid("artist", "Producer 1")
    known = producer_ref("entered twice", known_as="PRODUCER 1")
    found = await source.profiles([known])
    assert {i.value for i in found[known.id].ids if i.scheme == "musicbrainz"} == {old, world.merged[old]}
    with pytest.raises(BadAnswer, match="answered about"):
        await source.profiles([producer_ref("entered twice", known_as="Somebody Else")])


async def test_an_answer_about_another_person_is_not_believed(
    source: MusicBrainz, server: MockServer, world: World
) -> None:
    server.first(json_reply(world.artists[mbid("artist", "Producer 2")]))
    with pytest.raises(BadAnswer, match="answered about"):
        await source.profiles([producer_ref("Producer 3")])


async def test_a_busy_source_says_so(source: MusicBrainz, server: MockServer) -> None:
    server.first(json_reply({"error": "rate"}, 503, Retry_After="120"))
    with pytest.raises(SourceBusy):
        await source.artists("Ada Lind")


async def test_an_artist_is_found_by_the_page_of_another_database_that_it_links_to(
    source: MusicBrainz, world: World, server: MockServer
) -> None:
    link = url_relation("discogs", "https://www.discogs.com/artist/3840")
    world.add_artist("Bo Ek", link)
    world.add_artist("Cy Fox", url_relation("discogs", "https://www.discogs.com/artist/77", ended=True))
    (found,) = await source.artists("https://www.discogs.com/artist/3840-Bo-Ek")
    assert found.name == "Bo Ek"
    assert found.ids == (ExternalId("musicbrainz", mbid("artist", "Bo Ek")), ExternalId("discogs", "3840"))
    assert await source.artists("discogs:77") == ()
    assert await source.artists("discogs:78") == ()
    assert [a.params.get("resource") for a in server.asked] == [
        f"https://www.discogs.com/artist/{n}" for n in (3840, 77, 78)
    ]


async def test_an_answer_about_another_address_is_not_believed(transport_to: Make) -> None:
    other = {"resource": "https://www.discogs.com/artist/1", "relations": []}
    with (
        MockServer(lambda _: json_reply(other)) as running,
        pytest.raises(BadAnswer, match=r"answered about https://www.discogs.com/artist/1"),
    ):
        await MusicBrainz(transport_to(f"{running.url}/ws/2")).artists("discogs:2")
