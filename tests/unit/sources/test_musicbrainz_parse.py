"""What we read in MusicBrainz's answers about artists, editions and tracks."""

from __future__ import annotations

from typing import Any

import pytest

from linernotes.model.catalogue import ExternalId
from linernotes.sources.musicbrainz import calls
from linernotes.sources.musicbrainz.parse import (
    edition_rank,
    parse_albums,
    parse_artist,
    parse_artists,
    parse_tracks,
)
from tests.sources.mock_musicbrainz import (
    VARIOUS_ARTISTS,
    Object,
    isrc,
    mbid,
    person,
    recording,
    release,
    url_relation,
)

ADA = person("Ada Lind")


def an_edition(edition: str = "0", **more: Any) -> Object:
    return release("One", edition, ADA, [recording("First", ADA)], **more)


def a_page(*releases: Object, total: int | None = None) -> Object:
    return {"releases": list(releases), "release-count": len(releases) if total is None else total}


# ---- questions


def test_a_name_is_asked_for_as_a_phrase_whatever_it_holds() -> None:
    call = calls.find_artists('AC/DC "live" \\ \n+ x:y')
    assert call.params["query"] == r'artist:"AC/DC \"live\" \\ + x:y" OR alias:"AC/DC \"live\" \\ + x:y"'


def test_an_edition_is_asked_for_with_everything_in_one_question() -> None:
    inc = calls.release("x", lambda _: False).params["inc"].split()
    assert {"recordings", "isrcs", "artist-rels", "recording-level-rels", "work-rels", "work-level-rels"} <= set(inc)


# ---- artists


def test_candidates_come_in_the_sources_order_with_score_aliases_and_page() -> None:
    found = parse_artists(
        {
            "artists": [
                {
                    **ADA,
                    "score": 100,
                    "disambiguation": "singer",
                    "aliases": [{"name": "A. Lind"}, {"name": "Ada Lind"}],
                },
                {**person("Ada"), "score": 63},
            ]
        }
    )
    assert [(a.name, a.score, a.aliases, a.disambiguation) for a in found] == [
        ("Ada Lind", 100, ("A. Lind",), "singer"),
        ("Ada", 63, (), ""),
    ]
    assert found[0].ids == (ExternalId("musicbrainz", ADA["id"]),)
    assert found[0].url == f"https://musicbrainz.org/artist/{ADA['id']}"


def test_various_artists_is_no_candidate() -> None:
    assert parse_artists({"artists": [VARIOUS_ARTISTS, ADA]})[0].name == "Ada Lind"


def test_a_merged_artist_has_both_ids() -> None:
    old = mbid("artist", "Ada Lind, entered twice")
    found = parse_artist(ADA, asked=old)
    assert found is not None
    assert {i.value for i in found.ids} == {old, ADA["id"]}


# ---- albums


def test_editions_of_one_album_are_one_album_with_all_their_ids() -> None:
    found = parse_albums(a_page(an_edition("0"), an_edition("1", date="2001")), 0)
    (album,) = found.items
    assert album.ids[0] == ExternalId("musicbrainz", mbid("release-group", "One"))
    assert {i.value for i in album.ids if i.scheme == "musicbrainz_release"} == {
        mbid("release", "One/0"),
        mbid("release", "One/1"),
    }
    assert (album.name, album.kind, album.edition) == ("One", "album", mbid("release", "One/1"))
    assert album.cover_url == f"https://coverartarchive.org/release-group/{mbid('release-group', 'One')}/front-500"


def test_the_pages_that_discogs_has_of_an_album_are_ids_of_it_the_best_editions_first() -> None:
    def on_discogs(number: int, *, ended: bool = False) -> list[Object]:
        return [url_relation("discogs", f"https://www.discogs.com/release/{number}", ended=ended)]

    editions = [
        an_edition("0", date="2005", relations=on_discogs(2)),
        an_edition("1", date="2001", relations=on_discogs(1)),
        an_edition("2", date="2009", relations=on_discogs(3, ended=True)),
    ]
    (album,) = parse_albums(a_page(*editions), 0).items
    assert [i.value for i in album.ids if i.scheme == "discogs_release"] == ["1", "2"]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"status": "Official", "date": "2020"}, {"status": "Promotion", "date": "1999"}),
        ({"status": "Official", "date": "2020"}, {"status": "Pseudo-Release", "date": "1999"}),
        ({"status": "Official", "date": "2020"}, {"status": None, "date": "1999"}),
        ({"date": "2020"}, {"date": "1999", "media": []}),
        ({"date": "1999"}, {"date": "2000-01-01"}),
        ({"date": "1999-05"}, {"date": "1999"}),
        ({"date": "1999-05-02"}, {"date": "1999-05"}),
        ({"date": "2020"}, {"date": ""}),
        ({"date": "2020"}, {"date": None}),
        ({"date": "2020"}, {"date": "????-05"}),
        ({"medium": "CD"}, {"medium": '12" Vinyl'}),
        ({"medium": "Digital Media"}, {"medium": "Cassette"}),
    ],
)
def test_the_better_edition_stands_for_the_album(better: Object, worse: Object) -> None:
    assert edition_rank(an_edition("z", **better)) < edition_rank(an_edition("a", **worse))


def test_of_two_equal_editions_the_choice_never_depends_on_their_order() -> None:
    one, two = an_edition("0"), an_edition("1")
    assert parse_albums(a_page(one, two), 0).items[0].edition == parse_albums(a_page(two, one), 0).items[0].edition


def test_the_next_page_begins_after_the_editions_that_came_not_after_those_asked_for() -> None:
    assert parse_albums(a_page(an_edition("0"), an_edition("1"), total=300), 100).next_offset == 102
    assert parse_albums(a_page(an_edition("0"), total=101), 100).next_offset is None
    assert parse_albums(a_page(total=300), 100).next_offset is None


def test_pages_without_end_end() -> None:
    found = parse_albums(a_page(an_edition("0"), total=10**9), 20_000)
    assert found.next_offset is None
    assert found.problems[0].kind == "too_many_albums"


@pytest.mark.parametrize(
    ("primary", "secondary", "kind"),
    [
        ("Album", [], "album"),
        ("Single", [], "single"),
        ("EP", ["Live"], "ep"),
        ("Album", ["Compilation"], "compilation"),
        ("Album", ["DJ-mix"], "compilation"),
        ("Album", ["Mixtape/Street"], "album"),
        (None, [], "other"),
    ],
)
def test_an_album_has_its_kind(primary: str | None, secondary: list[str], kind: str) -> None:
    edition = an_edition()
    edition["release-group"] |= {"primary-type": primary, "secondary-types": secondary}
    assert parse_albums(a_page(edition), 0).items[0].kind == kind


def test_an_album_of_various_artists_is_not_the_artists_own() -> None:
    edition = an_edition() | {"artist-credit": [{"name": "Various Artists", "artist": VARIOUS_ARTISTS}]}
    assert parse_albums(a_page(edition, total=1), 0).items == ()


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1999-05-17", "1999-05-17"),
        ("1999-05", "1999-05"),
        ("1999", "1999"),
        ("", "2019-05-17"),
        ("1999-13", "2019-05-17"),
    ],
)
def test_a_date_has_any_precision(date: str, expected: str) -> None:
    edition = an_edition()
    edition["release-group"]["first-release-date"] = date
    assert parse_albums(a_page(edition), 0).items[0].release_date == expected


def test_an_edition_without_an_album_is_told_of() -> None:
    found = parse_albums(a_page(an_edition() | {"release-group": None}, an_edition("1")), 0)
    assert len(found.items) == 1
    assert found.problems[0].kind == "unusable_record"


# ---- tracks


def test_a_track_has_its_place_its_recording_and_its_codes() -> None:
    found = parse_tracks(an_edition(), 0)
    (track,) = found.items
    assert (track.name, track.disc, track.position, track.duration_ms) == ("First", 1, 1, 200_000)
    assert track.ids == (ExternalId("musicbrainz", mbid("track", "One/0/1")),)
    assert track.recording_ids == (ExternalId("musicbrainz", mbid("recording", "First")),)
    assert track.isrcs == (isrc("First"),)
    assert track.artists == ("Ada Lind",)
    assert found.next_offset is None


def test_a_hidden_track_before_the_first_and_a_second_disc_are_read() -> None:
    edition = an_edition()
    first = edition["media"][0]
    hidden = {**first["tracks"][0], "id": mbid("track", "hidden"), "position": 0, "title": "Hidden"}
    more = {**first["tracks"][0], "id": mbid("track", "more"), "title": "Data song"}
    edition["media"] = [{**first, "pregap": hidden, "data-tracks": [more]}, {**first, "position": 2}]
    found = [(t.disc, t.position, t.name) for t in parse_tracks(edition, 0).items]
    assert found == [(1, 0, "Hidden"), (1, 1, "First"), (1, 1, "Data song"), (2, 1, "First")]


def test_films_and_data_are_no_tracks() -> None:
    film = recording("Film", ADA, video=True)
    data = recording("Data", {"id": "33cf029c-63b0-41a0-9855-be2a3665fb3b", "name": "[data]"})
    edition = release("One", "0", ADA, [recording("First", ADA), film, data])
    assert [t.name for t in parse_tracks(edition, 0).items] == ["First"]


def test_a_track_on_which_the_artist_is_not_the_first_name_stays() -> None:
    edition = an_edition()
    guests = [{"name": "B. Guest", "artist": person("Bo Guest")}, {"name": "Ada Lind", "artist": ADA}]
    edition["media"][0]["tracks"][0]["artist-credit"] = guests
    assert parse_tracks(edition, 0).items[0].artists == ("B. Guest", "Ada Lind")


@pytest.mark.parametrize(
    ("track", "performed", "expected"), [(None, 5, 5), (7, 5, 7), (0, 0, None), ("7", None, None)]
)
def test_a_length_is_milliseconds_or_nothing(track: object, performed: object, expected: int | None) -> None:
    edition = an_edition()
    entry = edition["media"][0]["tracks"][0]
    entry["length"], entry["recording"] = track, {**entry["recording"], "length": performed}
    assert parse_tracks(edition, 0).items[0].duration_ms == expected


def test_a_box_of_hundreds_of_tracks_is_read_page_by_page() -> None:
    edition = release("Box", "0", ADA, [recording(f"Piece {n}", ADA) for n in range(450)])
    names: list[str] = []
    offset: int | None = 0
    pages = 0
    while offset is not None:
        page = parse_tracks(edition, offset)
        names += [t.name for t in page.items]
        offset, pages = page.next_offset, pages + 1
    assert names == [f"Piece {n}" for n in range(450)]
    assert pages == 3


def test_a_track_without_an_id_is_told_of() -> None:
    edition = an_edition()
    edition["media"][0]["tracks"].append({"title": "Nameless", "recording": None})
    found = parse_tracks(edition, 0)
    assert [t.name for t in found.items] == ["First"]
    assert "Nameless" in found.problems[0].detail
