"""A file as a catalogue, credit and profile source."""

from uuid import uuid4

import pytest

from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackRef
from linernotes.model.claim import ProducerRef
from linernotes.sources.file.source import open_file
from linernotes.sources.tables.source import ALBUMS_A_PAGE, TRACKS_A_PAGE

CREDITS = """artist,album,track,isrc,duration_ms,producers
Ada Lind,First,Glass,GBAAA9900303,200000,Bo Ek
Ada Lind,First,Iron,,,
Beyoncé,Second,Steel,,,Unknown;Cy Fox
"""


def read(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return open_file(path)


def artist_ref(fact):
    return ArtistRef(id=uuid4(), name=fact.name, ids=fact.ids)


def album_ref(fact, artist):
    return AlbumRef(id=uuid4(), name=fact.name, artist=artist, ids=fact.ids)


def track_ref(name="Glass", **rest):
    return TrackRef(id=uuid4(), name=name, recording_id=uuid4(), **rest)


ANY_ALBUM = AlbumRef(id=uuid4(), name="First", artist=ArtistRef(id=uuid4(), name="Ada Lind"))


async def walk(ask):
    """All items of all pages, and the offsets that were asked for."""
    items, offsets, offset = [], [], 0
    while offset is not None:
        page = await ask(offset)
        items.extend(page.items)
        offsets.append(offset)
        offset = page.next_offset
    return items, offsets


def test_a_file_is_named_by_its_base_name_and_found_by_its_path(tmp_path):
    source = read(tmp_path, CREDITS)
    assert (source.name, source.family) == ("file:list.csv", "file:list.csv")
    assert source.locator == f"file:{tmp_path}/list.csv"
    assert source.fresh_for is None


def test_a_relative_path_gets_an_absolute_locator(tmp_path, monkeypatch):
    read(tmp_path, CREDITS)
    monkeypatch.chdir(tmp_path)
    assert open_file("list.csv").locator == f"file:{tmp_path}/list.csv"


def test_the_summary_counts_what_was_read(tmp_path):
    summary = read(tmp_path, CREDITS + "broken\n").summary
    assert (summary.rows, summary.artists, summary.albums, summary.tracks) == (4, 2, 2, 3)
    assert (summary.credits, summary.problems) == (2, 2)
    assert summary.columns["producers"] == "producers"


async def test_everyone_is_listed_in_file_order(tmp_path):
    source = read(tmp_path, CREDITS)
    assert [a.name for a in await source.catalogue.everyone()] == ["Ada Lind", "Beyoncé"]


async def test_an_artist_is_found_whatever_the_case(tmp_path):
    (found,) = await read(tmp_path, CREDITS).catalogue.artists(" ada  LIND")
    assert (found.name, found.score) == ("Ada Lind", 100)


async def test_an_artist_is_found_without_accents_with_less_trust(tmp_path):
    (found,) = await read(tmp_path, CREDITS).catalogue.artists("Beyonce")
    assert (found.name, found.score) == ("Beyoncé", 90)
    assert found.version


@pytest.mark.parametrize("name", ["Nobody", "", "\u200b"])
async def test_a_name_that_the_file_does_not_know_has_no_candidates(tmp_path, name):
    assert list(await read(tmp_path, CREDITS).catalogue.artists(name)) == []


async def test_all_artists_of_one_name_are_candidates(tmp_path):
    source = read(tmp_path, "artist,artist_id,track\nJohn Lind,1,One\nJohn Lind,2,Two\n")
    assert len(await source.catalogue.artists("john lind")) == 2


async def test_albums_beyond_the_first_page_are_read(tmp_path):
    count = ALBUMS_A_PAGE * 2 + 1
    rows = "".join(f"A,Album {n},Track\n" for n in range(count))
    catalogue = read(tmp_path, "artist,album,track\n" + rows).catalogue
    (artist,) = await catalogue.artists("A")
    albums, offsets = await walk(lambda offset: catalogue.albums(artist_ref(artist), offset))
    assert [a.name for a in albums] == [f"Album {n}" for n in range(count)]
    assert offsets == [0, ALBUMS_A_PAGE, ALBUMS_A_PAGE * 2]


@pytest.mark.parametrize("count", [TRACKS_A_PAGE, TRACKS_A_PAGE + 1])
async def test_a_page_names_the_next_only_when_there_is_one(tmp_path, count):
    rows = "".join(f"A,B,Track {n}\n" for n in range(count))
    catalogue = read(tmp_path, "artist,album,track\n" + rows).catalogue
    artist = artist_ref((await catalogue.artists("A"))[0])
    album = album_ref((await catalogue.albums(artist, 0)).items[0], artist)
    tracks, offsets = await walk(lambda offset: catalogue.tracks(album, offset))
    assert len(tracks) == count
    assert len(offsets) == (1 if count == TRACKS_A_PAGE else 2)
    assert (await catalogue.tracks(album, 10_000)).items == ()


async def test_what_the_file_does_not_know_has_no_albums_and_no_tracks(tmp_path):
    catalogue = read(tmp_path, CREDITS).catalogue
    stranger = ArtistRef(id=uuid4(), name="Ada Lind", ids=(ExternalId("musicbrainz", "x"),))
    assert (await catalogue.albums(stranger, 0)).items == ()
    assert (await catalogue.tracks(ANY_ALBUM, 0)).items == ()


async def test_from_a_name_to_the_credits_of_every_track(tmp_path):
    source = read(tmp_path, CREDITS)
    artist = artist_ref((await source.catalogue.artists("Ada Lind"))[0])
    album = album_ref((await source.catalogue.albums(artist, 0)).items[0], artist)
    facts = (await source.catalogue.tracks(album, 0)).items
    glass, iron = (track_ref(fact.name, ids=fact.ids) for fact in facts)
    answer = await source.credits.credits(album, [glass, iron])
    assert [c.person.name for c in answer.claims[glass.id]] == ["Bo Ek"]
    assert answer.claims[iron.id] == ()


async def test_a_track_that_the_file_does_not_know_is_absent_from_the_answer(tmp_path):
    answer = await read(tmp_path, CREDITS).credits.credits(ANY_ALBUM, [track_ref(ids=(ExternalId("deezer", "1"),))])
    assert answer.claims == {}


async def test_a_track_of_another_catalogue_is_known_by_its_isrc(tmp_path):
    track = track_ref("Glass (Remastered)", isrc="GBAAA9900303")
    answer = await read(tmp_path, CREDITS).credits.credits(ANY_ALBUM, [track])
    assert [c.person.name for c in answer.claims[track.id]] == ["Bo Ek"]


@pytest.mark.parametrize(("duration_ms", "known"), [(210_000, True), (210_001, False), (None, True)])
async def test_an_isrc_does_not_join_durations_more_than_ten_seconds_apart(tmp_path, duration_ms, known):
    track = track_ref(isrc="GBAAA9900303", duration_ms=duration_ms)
    answer = await read(tmp_path, CREDITS).credits.credits(ANY_ALBUM, [track])
    assert (track.id in answer.claims) is known


async def test_what_was_wrong_with_a_track_comes_with_its_credits(tmp_path):
    source = read(tmp_path, CREDITS)
    artist = artist_ref((await source.catalogue.artists("Beyoncé"))[0])
    album = album_ref((await source.catalogue.albums(artist, 0)).items[0], artist)
    steel = track_ref("Steel", ids=(await source.catalogue.tracks(album, 0)).items[0].ids)
    answer = await source.credits.credits(album, [steel])
    assert [(p.record, p.kind) for p in answer.problems] == [("line 4", "unknown_person")]


def test_a_file_without_ids_has_no_profiles(tmp_path):
    source = read(tmp_path, CREDITS)
    assert source.profiles is None
    assert source.profile_schemes == frozenset()


async def test_a_file_with_ids_gives_them_back_to_those_who_have_them(tmp_path):
    source = read(tmp_path, "artist,track,role,person,person_id\nA,B,producer,Bo Ek,discogs:7\n")
    bo = ProducerRef(id=uuid4(), name="Bo Ek", ids=(ExternalId("discogs", "7"), ExternalId("isni", "x")))
    namesake = ProducerRef(id=uuid4(), name="Bo Ek", ids=(ExternalId("discogs", "8"),))
    found = await source.profiles.profiles([bo, namesake])
    assert {id: profile.ids for id, profile in found.items()} == {bo.id: (ExternalId("discogs", "7"),)}
    assert source.profile_schemes == {"discogs"}
