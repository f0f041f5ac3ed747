"""The sample catalogue as a source."""

import csv
import io
from importlib.resources import files
from uuid import uuid4

import pytest

from linernotes.errors import BadAnswer
from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackRef
from linernotes.model.claim import ProducerRef
from linernotes.sources.sample.source import open_sample, page_id, read_sample

CATALOGUE = """artist,album,release_date,kind,track_number,track,producers,songwriters,remixers,source_url
The Lamps,Lit,2001-02-03,album,1,Glass,Ed Ito (drummer);The Twins,Ada Lind,,https://en.wikipedia.org/wiki/Lit
The Lamps,Dark,2002,single,1,Iron,,,Bo Ek,https://en.wikipedia.org/wiki/Dark
"""
PEOPLE = """label,name,page,kind,members,aliases
Ed Ito (drummer),Ed Ito,https://en.wikipedia.org/wiki/Ed_Ito_(drummer),person,,Edo;Edward Ito
Ada Lind,Ada Lind,https://en.wikipedia.org/wiki/Ada_Lind%C3%A9,person,,
Bo Ek,Bo Ek,,person,,
The Twins,The Twins,https://en.wikipedia.org/wiki/The_Twins,team,Ada Lind;Bo Ek,
"""


def tracks_of(source):
    listing = source.catalogue._listing
    return [track for artist in listing.artists for album in artist.albums for track in album.tracks]


def claims_of(source):
    return [claim for track in tracks_of(source) for claim in track.claims]


def cells_of(name):
    text = files("linernotes.sources.sample").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def producer_ref(name, title):
    return ProducerRef(id=uuid4(), name=name, ids=(ExternalId("wikipedia", title),))


def test_a_label_stands_for_a_person_with_the_page_as_id():
    claims = claims_of(read_sample(CATALOGUE, PEOPLE))
    assert [(c.raw_role, c.person.name, c.person.kind, c.person.ids) for c in claims] == [
        ("producer", "Ed Ito", "person", (ExternalId("wikipedia", "Ed Ito (drummer)"),)),
        ("producer", "The Twins", "group", (ExternalId("wikipedia", "The Twins"),)),
        ("songwriter", "Ada Lind", "person", (ExternalId("wikipedia", "Ada Lindé"),)),
        ("remixer", "Bo Ek", "person", ()),
    ]


def test_every_claim_names_its_document():
    assert {(c.url, c.documented) for c in claims_of(read_sample(CATALOGUE, PEOPLE))} == {
        ("https://en.wikipedia.org/wiki/Lit", True),
        ("https://en.wikipedia.org/wiki/Dark", True),
    }


def test_the_catalogue_says_which_albums_are_singles():
    artist = read_sample(CATALOGUE, PEOPLE).catalogue._listing.artists[0]
    assert [(a.fact.name, a.fact.kind, a.fact.release_date) for a in artist.albums] == [
        ("Lit", "album", "2001-02-03"),
        ("Dark", "single", "2002"),
    ]


def test_a_label_that_nobody_defines_is_an_error_that_names_it():
    with pytest.raises(BadAnswer, match="credits 'Flo Jones', whom"):
        read_sample(CATALOGUE.replace("Bo Ek,https", "Flo Jones,https"), PEOPLE)


def test_a_member_that_nobody_defines_is_an_error():
    with pytest.raises(BadAnswer, match="members that it does not define: Flo Jones"):
        read_sample(CATALOGUE, PEOPLE.replace("Ada Lind;Bo Ek", "Ada Lind;Flo Jones"))


def test_a_label_defined_twice_is_an_error():
    with pytest.raises(BadAnswer, match="'Bo Ek' twice"):
        read_sample(CATALOGUE, PEOPLE + "Bo Ek,Bo Ek,,person,,\n")


def test_a_kind_that_is_neither_person_nor_team_is_an_error():
    with pytest.raises(BadAnswer, match="Write person or team"):
        read_sample(CATALOGUE, PEOPLE.replace(",team,", ",band,"))


def test_a_row_that_cannot_be_used_is_an_error():
    with pytest.raises(BadAnswer, match="line 4: no track"):
        read_sample(CATALOGUE + "The Lamps,Dark,2002,single,2,,,,,\n", PEOPLE)


@pytest.mark.parametrize("page", ["https://example.org/wiki/X", "https://en.wikipedia.org/wiki/", "Ada Lind"])
def test_a_page_that_is_not_of_the_english_wikipedia_is_an_error(page):
    with pytest.raises(BadAnswer, match="no page of the English Wikipedia"):
        page_id(page)


def test_a_changed_person_is_a_new_version_of_the_artists_who_credit_them():
    def version(people):
        return read_sample(CATALOGUE, people).catalogue._listing.artists[0].fact.version

    assert version(PEOPLE) != version(PEOPLE.replace("Ed_Ito_(drummer)", "Ed_Ito_(musician)"))


async def test_a_person_with_a_page_has_a_link_to_it_and_other_names():
    profiles = read_sample(CATALOGUE, PEOPLE).profiles
    ed = producer_ref("Ed Ito", "Ed Ito (drummer)")
    profile = (await profiles.profiles([ed]))[ed.id]
    (link,) = profile.links
    url = "https://en.wikipedia.org/wiki/Ed_Ito_(drummer)"
    assert (link.kind, link.value, link.url) == ("wikipedia", "Ed Ito (drummer)", url)
    assert (link.source_url, link.source_record_id) == (url, "Ed Ito (drummer)")
    assert (profile.aliases, profile.kind, profile.members) == (("Edo", "Edward Ito"), "person", ())


async def test_a_team_is_a_group_with_its_members():
    profiles = read_sample(CATALOGUE, PEOPLE).profiles
    twins = producer_ref("The Twins", "The Twins")
    profile = (await profiles.profiles([twins]))[twins.id]
    assert profile.kind == "group"
    assert [(m.person.name, m.person.ids) for m in profile.members] == [
        ("Ada Lind", (ExternalId("wikipedia", "Ada Lindé"),)),
        ("Bo Ek", ()),
    ]


async def test_nobody_is_found_by_name_alone():
    source = read_sample(CATALOGUE, PEOPLE)
    assert await source.profiles.profiles([ProducerRef(id=uuid4(), name="Ed Ito")]) == {}
    assert source.profile_schemes == {"wikipedia"}


def test_the_shipped_sample_is_loaded_row_by_row():
    source, rows = open_sample(), cells_of("catalogue.csv")
    assert (source.name, source.family, source.locator) == ("sample", "sample", "sample")
    assert source.problems == ()
    assert source.summary.rows == source.summary.tracks == len(rows)
    assert source.summary.albums == len({(row["artist"], row["album"]) for row in rows})


async def test_every_person_of_every_cell_of_the_shipped_sample_is_credited():
    source, people = open_sample(), {row["label"]: row["name"] for row in cells_of("people.csv")}
    rows = {(row["artist"], row["album"], row["track"]): row for row in cells_of("catalogue.csv")}
    for fact in await source.catalogue.everyone():
        artist = ArtistRef(id=uuid4(), name=fact.name, ids=fact.ids)
        for album_fact in (await source.catalogue.albums(artist, 0)).items:
            album = AlbumRef(id=uuid4(), name=album_fact.name, artist=artist, ids=album_fact.ids)
            for track in (await source.catalogue.tracks(album, 0)).items:
                ref = TrackRef(id=uuid4(), name=track.name, recording_id=uuid4(), ids=track.ids)
                claims = (await source.credits.credits(album, [ref])).claims[ref.id]
                row = rows.pop((fact.name, album.name, track.name))
                for column in ("producers", "songwriters", "remixers"):
                    named = [c.person.name for c in claims if c.raw_role == column[:-1]]
                    assert named == [people[label] for label in row[column].split(";") if label]
    assert rows == {}
