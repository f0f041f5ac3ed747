"""What we read in Deezer's answers: albums and tracks with their ISRCs, and never a person's role."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.errors import SourceRefused
from linernotes.model.catalogue import ExternalId
from linernotes.sources.deezer import calls
from linernotes.sources.deezer.errors import error_code, is_missing, judge, says_busy
from linernotes.sources.deezer.parse import next_index, parse_albums, parse_artists, parse_tracks
from linernotes.sources.exchange import Reply
from tests.unit.sources.test_musicbrainz_fuzz import anything


def error(code: Any, message: str = "no") -> dict[str, Any]:
    return {"error": {"type": "Exception", "message": message, "code": code}}


def a_track(**more: Any) -> dict[str, Any]:
    return {
        "id": 31,
        "title": "Glass",
        "isrc": "XXLNR0000001",
        "duration": 225,
        "track_position": 4,
        "disk_number": 2,
        "artist": {"id": 7, "name": "Ada Lind"},
        **more,
    }


# ---- artists


def test_candidates_keep_deezers_order_and_have_its_ids() -> None:
    found = parse_artists({"data": [{"id": 7, "name": "Ada Lind"}, {"id": 8, "name": "Ada Lind Trio"}]})
    assert [(a.name, a.ids, a.url) for a in found] == [
        ("Ada Lind", (ExternalId("deezer", "7"),), "https://www.deezer.com/artist/7"),
        ("Ada Lind Trio", (ExternalId("deezer", "8"),), "https://www.deezer.com/artist/8"),
    ]


def test_a_number_of_fans_is_no_popularity() -> None:
    (artist,) = parse_artists({"data": [{"id": 7, "name": "Ada Lind", "nb_fan": 3_000_000}]})
    assert artist.popularity is None


def test_various_artists_are_nobody() -> None:
    assert parse_artists({"data": [{"id": 5080, "name": "Various Artists"}]}) == ()


# ---- albums


@pytest.mark.parametrize(
    ("record_type", "kind"),
    [("album", "album"), ("single", "single"), ("ep", "ep"), ("compile", "compilation"), ("x", "other")],
)
def test_the_kinds_of_albums(record_type: str, kind: str) -> None:
    (album,) = parse_albums({"data": [{"id": 1, "title": "One", "record_type": record_type}]}, 0).items
    assert album.kind == kind


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2001-03-07", "2001-03-07"),
        ("2001-00-00", "2001"),
        ("2001-03-00", "2001-03"),
        ("0000-00-00", None),
        ("", None),
        ("soon", None),
        ("2001-13-40", "2001"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(written: str, date: str | None) -> None:
    (album,) = parse_albums({"data": [{"id": 1, "title": "One", "release_date": written}]}, 0).items
    assert album.release_date == date


def test_an_empty_picture_is_none() -> None:
    covers = ["https://e.example/cover/abc/250x250.jpg", "https://e.example/cover//250x250.jpg", "javascript:x", 7]
    page = parse_albums({"data": [{"id": 1, "title": "One", "cover_medium": cover} for cover in covers]}, 0)
    assert [album.cover_url for album in page.items] == [covers[0], None, None, None]


def test_an_album_without_an_id_or_title_is_told_of() -> None:
    page = parse_albums(
        {"data": [{"title": "One"}, {"id": 2}, {"id": True, "title": "x"}, {"id": 3, "title": "y"}]}, 0
    )
    assert [album.name for album in page.items] == ["y"]
    assert [problem.kind for problem in page.problems] == ["unusable_record"] * 3


# ---- pages


@pytest.mark.parametrize(
    ("following", "index"),
    [
        ("https://api.deezer.com/artist/27/albums?limit=50&index=50", 50),
        ("https://api.deezer.com/artist/27/albums?index=35", 35),  # a page may hold less than was asked for
        ("https://api.deezer.com/artist/27/albums?index=0", None),  # the same page for ever
        ("https://api.deezer.com/artist/27/albums?index=x", None),
        ("http://[", None),
        (None, None),
        (7, None),
    ],
)
def test_the_next_page_is_where_deezers_own_link_leads(following: Any, index: int | None) -> None:
    assert next_index({"data": [], "next": following}, 0) == index


def test_pages_without_end_end() -> None:
    assert next_index({"next": "https://x.example/?index=20000"}, 19_950) is None


# ---- tracks


def test_a_track_has_its_isrc_its_place_and_milliseconds() -> None:
    (track,) = parse_tracks({"data": [a_track()]}, 0).items
    assert (track.name, track.isrcs, track.duration_ms) == ("Glass", ("XXLNR0000001",), 225_000)
    assert (track.disc, track.position, track.artists) == (2, 4, ("Ada Lind",))
    assert track.ids == (ExternalId("deezer", "31"),)


def test_a_track_without_an_isrc_or_a_duration_is_a_track() -> None:
    (track,) = parse_tracks({"data": [{"id": 31, "title": "Glass", "isrc": None, "duration": 0}]}, 0).items
    assert (track.isrcs, track.duration_ms, track.disc, track.position) == ((), None, 1, None)


def test_contributors_are_artists_of_the_track_and_never_its_makers() -> None:
    contributors = [{"id": 7, "name": "Ada Lind", "role": "Main"}, {"id": 9, "name": "Bo Ek", "role": "Featured"}]
    (track,) = parse_tracks({"data": [a_track(contributors=contributors)]}, 0).items
    assert track.artists == ("Ada Lind", "Bo Ek")


# ---- errors with status 200


@pytest.mark.parametrize(("code", "busy", "missing"), [(4, True, False), (700, True, False), (800, False, True)])
def test_busy_and_missing_are_told_by_the_code(code: int, busy: bool, missing: bool) -> None:
    assert (says_busy(error(code)), is_missing(error(code))) == (busy, missing)
    assert judge(Reply(status=200, headers={}, body=b""), error(code)) is None


@pytest.mark.parametrize("code", [100, 200, 300, 500, 501, 600, None, "4"])
def test_any_other_error_is_a_refusal_with_its_reason(code: Any) -> None:
    refusal = judge(Reply(status=200, headers={}, body=b""), error(code, "Wrong parameter"))
    assert isinstance(refusal, SourceRefused)
    assert "Wrong parameter" in str(refusal)


@pytest.mark.parametrize("answer", [{"data": []}, {"error": {}}, {"error": []}, [], None, "error"])
def test_what_is_no_error_has_no_code(answer: Any) -> None:
    assert error_code(answer) is None


@pytest.mark.parametrize("answer", [{}, {"data": None}, [], None, {"data": {}}])
def test_an_answer_without_a_list_is_not_believed(answer: Any) -> None:
    for call in (calls.find_artists("x"), calls.albums("1", 0), calls.tracks("1", 0)):
        assert call.complaint is not None
        assert call.complaint(answer) is not None


@given(st.lists(anything, max_size=4) | anything)
def test_any_json_can_be_read(answer: Any) -> None:
    for value in (answer, {"data": answer}, {"error": answer}, {"data": [{"id": 1, "title": "x", "artist": answer}]}):
        parse_artists(value)
        parse_albums(value, 0)
        parse_tracks(value, 0)
        says_busy(value)
        judge(Reply(status=200, headers={}, body=b""), value)
