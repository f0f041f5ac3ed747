"""A dump of Discogs as a source: what is in it is told, what cannot be used is reported, nothing is lost."""

from __future__ import annotations

import gzip
from pathlib import Path
from uuid import uuid4

import pytest

from linernotes.errors import UsageError
from linernotes.model.catalogue import AlbumFact, AlbumRef, ArtistRef, ExternalId, TrackFact, TrackRef
from linernotes.model.claim import CreditAnswer, Level, Match, ProducerRef
from linernotes.pipeline.credits.roles import RoleCode, parse_roles
from linernotes.sources.discogs.dump import DumpSource, account_dump, disc_of, is_dump, open_dump


def credit(number: str, name: str, role: str = "", tracks: str = "", anv: str = "") -> str:
    return (
        f"<artist><id>{number}</id><name>{name}</name><anv>{anv}</anv><join/><role>{role}</role>"
        f"<tracks>{tracks}</tracks></artist>"
    )


def track(position: str, title: str, duration: str = "", inside: str = "") -> str:
    return (
        f"<track><position>{position}</position><title>{title}</title><duration>{duration}</duration>{inside}</track>"
    )


def release(
    number: int, title: str, artist: str, tracks: str, credits: str = "", *, master: str = "", kind: str = "Album"
) -> str:
    return (
        f'<release id="{number}" status="Accepted"><images><image type="primary" uri=""/></images>'
        f"<artists>{artist}</artists><title>{title}</title><extraartists>{credits}</extraartists>"
        f'<formats><format name="CD" qty="1" text=""><descriptions><description>{kind}</description></descriptions>'
        f"</format></formats><released>1999-03-00</released>{master}<tracklist>{tracks}</tracklist></release>"
    )


ADA, BO = credit("11", "Ada Lind (2)"), credit("21", "Bo Beat", "Producer", "A2 to B1", "B. Beat")
MAIN = '<master_id is_main_release="true">500</master_id>'
VERSION = '<master_id is_main_release="false">500</master_id>'
RELEASES = [
    release(
        101, "Windows", ADA, track("1", "Glass", "3:42") + track("2", "Snow", "2:00"),
        credit("23", "Cy Desk", "Mixed By", "1 to 2"), master=VERSION,
    ),
    release(
        100, "Windows", ADA,
        track("", "Side One") + track("A1", "Glass", "3:41") + track("A2", "Hush")
        + track("", "Suite", "", "<sub_tracks>" + track("B1", "Ice") + track("B2", "Rain") + "</sub_tracks>"),
        BO + credit("22", "Max Master", "Mastered By") + credit("22", "Max Master", "Guitar", "C1"), master=MAIN,
    ),
    release(
        200, "Summer Hits", credit("194", "Various"),
        track("1", "Glass", "3:41", f"<artists>{ADA}</artists>"
              f"<extraartists>{credit('24', 'Owl (9)', 'Remix')}</extraartists>") + track("2", "Untitled"),
        kind="Compilation",
    ),
    release(
        300, "White Label", credit("355", "Unknown Artist"), track("A", "Untitled"), credit("21", "Bo", "Producer")
    ),
    release(400, "Alone", ADA, track("1", "Alone", "1:00"), credit("0", "Nobody", "Producer"), kind="Maxi-Single"),
]  # fmt: skip
ARTISTS = [
    '<artist><id>21</id><name>Bo Beat</name><realname>Bo Svensson</realname><profile/><urls>'
    "<url>https://www.instagram.com/bo.beat</url><url></url></urls>"
    "<namevariations><name>B. Beat</name></namevariations>"
    '<aliases><name id="24">Owl (9)</name></aliases></artist>',
    '<artist><id>25</id><name>Beat &amp; Desk</name><members><id>21</id><name id="21">Bo Beat</name>'
    '<id>23</id><name id="23">Cy Desk</name></members></artist>',
]  # fmt: skip


def write(path: Path, root: str, records: list[str]) -> Path:
    text = f"<{root}>\n" + "\n".join(records) + f"\n</{root}>\n"
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if path.suffix == ".gz" else text.encode())
    return path


@pytest.fixture
def dump(tmp_path: Path) -> DumpSource:
    return open_dump(write(tmp_path / "releases.xml.gz", "releases", RELEASES))


async def everything(source: DumpSource) -> dict[str, list[tuple[AlbumFact, list[TrackFact], CreditAnswer]]]:
    """By artist, each album with its tracks and credits, as the stages would ask."""
    assert source.catalogue is not None
    assert source.credits is not None
    found: dict[str, list[tuple[AlbumFact, list[TrackFact], CreditAnswer]]] = {}
    for artist in await source.catalogue.everyone():
        ref = ArtistRef(id=uuid4(), name=artist.name, ids=artist.ids)
        for album in (await source.catalogue.albums(ref, 0)).items:
            of = AlbumRef(id=uuid4(), name=album.name, artist=ref, ids=album.ids, edition=album.edition)
            tracks = list((await source.catalogue.tracks(of, 0)).items)
            ours = [
                TrackRef(id=uuid4(), name=t.name, recording_id=uuid4(), ids=t.ids, duration_ms=t.duration_ms)
                for t in tracks
            ]
            answer = await source.credits.credits(of, ours)
            by_place = {n: answer.claims.get(t.id, ()) for n, t in enumerate(ours)}
            assert len(by_place) == len(tracks)
            found.setdefault(artist.name, []).append((album, tracks, answer))
    return found


def claimed(album: tuple[AlbumFact, list[TrackFact], CreditAnswer]) -> set[tuple[str, str, str, Level, Match]]:
    return {(c.record, c.person.name, c.raw_role, c.level, c.match) for cs in album[2].claims.values() for c in cs}


async def test_versions_of_one_master_are_one_album_with_all_their_tracks_and_credits(dump: DumpSource) -> None:
    windows = (await everything(dump))["Ada Lind"][0]
    album, tracks, answer = windows
    assert (album.name, album.edition, album.kind, album.release_date) == ("Windows", "100", "album", "1999-03")
    assert [(i.scheme, i.value) for i in album.ids] == [
        ("discogs_master", "500"),
        ("discogs_release", "100"),
        ("discogs_release", "101"),
    ]
    assert [t.name for t in tracks] == ["Glass", "Hush", "Ice", "Rain", "Snow"]
    assert claimed(windows) == {
        ("100", "Bo Beat", "Producer", Level.RECORDING, Match.SHARED_ID),
        ("100", "Max Master", "Mastered By", Level.RELEASE, Match.SHARED_ID),
        ("101", "Cy Desk", "Mixed By", Level.RECORDING, Match.WITHIN_2_SECONDS),
        ("101", "Cy Desk", "Mixed By", Level.RECORDING, Match.SHARED_ID),
    }
    assert [(p.kind, p.record) for p in answer.problems] == [("unresolved_tracks", "100")]


async def test_a_range_crosses_sides_and_reaches_the_parts_of_an_index(dump: DumpSource) -> None:
    _, tracks, answer = (await everything(dump))["Ada Lind"][0]
    produced = [
        any(c.raw_role == "Producer" for c in claims) for claims in answer.claims.values()
    ]  # in the order of the tracks
    assert [t.name for t, yes in zip(tracks, produced, strict=True) if yes] == ["Hush", "Ice"]


async def test_a_release_by_various_stands_under_various_and_its_tracks_are_by_their_own_artists(
    dump: DumpSource,
) -> None:
    (summer,) = (await everything(dump))["Various"]
    album, (glass, untitled), _ = summer
    assert (album.kind, glass.artists, untitled.artists) == ("compilation", ("Ada Lind",), ("Various",))
    assert glass.recording_ids == ()
    assert untitled.recording_ids == (ExternalId("discogs", "200-2"),)  # never taken for another of that title
    assert ("200", "Owl", "Remix", Level.RECORDING, Match.SHARED_ID) in claimed(summer)


async def test_a_release_by_nobody_in_particular_is_reported(dump: DumpSource) -> None:
    assert set(await everything(dump)) == {"Ada Lind", "Various"}
    assert [(p.kind, p.record) for p in dump.problems] == [("unknown_artist", "300")]


async def test_an_artist_is_found_by_name_and_changes_version_with_its_releases(tmp_path: Path) -> None:
    one = open_dump(write(tmp_path / "a.xml", "releases", RELEASES[:2]))
    two = open_dump(write(tmp_path / "b.xml", "releases", RELEASES[1:2]))
    assert one.catalogue is not None
    assert two.catalogue is not None
    (ada,) = await one.catalogue.artists("ADA  lind")
    (alike,) = await one.catalogue.artists("Áda-Lind")
    (less,) = await two.catalogue.artists("Ada Lind")
    assert (ada.name, ada.score, alike.score, ada.ids) == ("Ada Lind", 100, 90, (ExternalId("discogs", "11"),))
    assert ada.version != less.version
    assert await one.catalogue.artists("\u200b") == ()


def test_every_row_of_credits_is_accounted_for(tmp_path: Path) -> None:
    path = write(tmp_path / "releases.xml.gz", "releases", RELEASES)
    account = account_dump(path, lambda role: RoleCode.OTHER not in parse_roles(role))
    assert account == {
        "credit": 4, "refused: unresolved_tracks": 1, "refused: unknown_artist": 1, "refused: unlinked_person": 1,
    }  # fmt: skip


async def test_the_dump_of_artists_beside_it_tells_of_people(tmp_path: Path) -> None:
    write(tmp_path / "discogs_20260101_artists.xml.gz", "artists", ARTISTS)
    both = open_dump(write(tmp_path / "discogs_20260101_releases.xml.gz", "releases", RELEASES))
    alone = open_dump(tmp_path / "discogs_20260101_artists.xml.gz")
    bo, pair, other = (
        ProducerRef(id=uuid4(), name="Bo Beat", ids=(ExternalId("discogs", number),)) for number in ("21", "25", "9")
    )
    for source in (both, alone):
        assert source.profiles is not None
        assert source.profile_schemes == frozenset({"discogs"})
        found = await source.profiles.profiles([bo, pair, other])
        assert set(found) == {bo.id, pair.id}
        assert [(link.kind, link.value) for link in found[bo.id].links] == [("instagram", "bo.beat")]
        assert found[bo.id].aliases == ("B. Beat", "Bo Svensson")
        assert [m.person.ids[0].value for m in found[pair.id].members] == ["21", "23"]
    assert alone.catalogue is None


def test_a_dump_of_releases_alone_knows_nobody(dump: DumpSource) -> None:
    assert (dump.profiles, dump.profile_schemes) == (None, frozenset())


def test_a_dump_that_ends_in_the_middle_is_read_up_to_there_and_reported(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.xml.gz", "releases", RELEASES * 200).read_bytes()
    cut = tmp_path / "cut.xml.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    source = open_dump(cut)
    assert 0 < source.releases < 800
    assert "damaged_file" in {p.kind for p in source.problems}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a Discogs dump"),
        (b"\x1f\x8bnonsense", "cannot be read as a Discogs dump"),
        (b"no xml", "cannot be read as a Discogs dump"),
        (b"<html><body/></html>", "begins with <html>"),
        (b"<labels><label><id>1</id></label></labels>", "begins with <labels>"),
    ],
)
def test_a_file_that_is_no_dump_is_refused_with_what_to_give(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.xml.gz"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        open_dump(path)
    with pytest.raises(UsageError, match="There is no file"):
        open_dump(tmp_path / "missing.xml.gz")


async def test_a_record_that_lacks_everything_costs_only_itself(tmp_path: Path) -> None:
    odd = [
        "<release/>",
        '<release id="x"><title>y</title></release>',
        "<other/>",
        '<release id="5"><title>z</title></release>',
    ]
    source = open_dump(write(tmp_path / "odd.xml", "releases", [*odd, RELEASES[4]]))
    assert source.releases == 1
    assert [p.kind for p in source.problems] == ["unusable_record", "unusable_record", "unknown_artist"]


async def test_more_albums_than_a_page_lose_none(tmp_path: Path) -> None:
    many = [release(n, f"Album {n}", ADA, track("1", f"Song {n}")) for n in range(1, 121)]
    source = open_dump(write(tmp_path / "many.xml", "releases", many))
    assert source.catalogue is not None
    ada = ArtistRef(id=uuid4(), name="Ada Lind", ids=(ExternalId("discogs", "11"),))
    names: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = await source.catalogue.albums(ada, offset)
        names += [album.name for album in page.items]
        offset = page.next_offset
    assert names == [f"Album {n}" for n in range(1, 121)]


@pytest.mark.parametrize(
    ("name", "yes"), [("a.xml", True), ("A.XML.GZ", True), ("a.csv", False), ("xml.jsonl.gz", False)]
)
def test_a_dump_is_known_by_the_end_of_its_name(name: str, yes: bool) -> None:
    assert is_dump(name) is yes


@pytest.mark.parametrize(("position", "disc"), [("2-5", 2), ("CD12-1", 12), ("A1", 1), ("5", 1), ("1.2", 1), ("", 1)])
def test_the_disc_stands_before_the_hyphen(position: str, disc: int) -> None:
    assert disc_of(position) == disc


async def test_an_artist_of_a_dump_is_found_by_its_number(dump: DumpSource):
    assert dump.catalogue is not None
    (found,) = await dump.catalogue.artists("https://www.discogs.com/artist/11-Ada-Lind-2")
    assert (found.name, found.ids[0].value) == ("Ada Lind", "11")
    assert await dump.catalogue.artists("discogs:999") == ()
