"""What we read in Spotify's answers, where every field may be missing, and what its refusals mean."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.errors import SettingsError, SourceBusy, SourceRefused
from linernotes.model.catalogue import ExternalId
from linernotes.sources.exchange import Reply
from linernotes.sources.spotify import calls
from linernotes.sources.spotify.batches import batches
from linernotes.sources.spotify.parse import (
    album_ids,
    by_id,
    next_offset,
    parse_albums,
    parse_artists,
    parse_tracks,
    release_date,
    without_isrc,
)
from linernotes.sources.spotify.refusals import Restricted, judge
from tests.unit.sources.test_musicbrainz_fuzz import anything

ADA = "0" * 21 + "A"


def refused(status: int, answer: Any, body: str = "") -> Exception | None:
    return judge(Reply(status=status, headers={}, body=body.encode()), answer)


def error(status: int, message: str, **more: str) -> dict[str, Any]:
    return {"error": {"status": status, "message": message, **more}}


def candidates(**more: Any) -> dict[str, Any]:
    return {"artists": {"items": [{"id": ADA, "name": "Ada Lind", **more}]}}


# ---- artists


def test_popularity_is_taken_only_where_it_is_given() -> None:
    with_it, without = parse_artists(candidates(popularity=61)), parse_artists(candidates())
    assert [a.popularity for a in (*with_it, *without)] == [61, None]
    assert parse_artists(candidates(popularity=0))[0].popularity == 0  # nobody listens is not the same as not told
    assert parse_artists(candidates(popularity=101))[0].popularity is None


def test_a_link_leads_to_spotify_or_is_none() -> None:
    good, bad = f"https://open.spotify.com/artist/{ADA}", "https://example.org/artist"
    assert [parse_artists(candidates(external_urls={"spotify": url}))[0].url for url in (good, bad)] == [good, None]


def test_pictures_are_not_taken() -> None:
    assert parse_artists(candidates(images=[{"url": "https://i.example/1"}]))[0].image_url is None


# ---- albums


@pytest.mark.parametrize(
    ("written", "precision", "date"),
    [
        ("2019-05-17", "day", "2019-05-17"),
        ("2019-05", "month", "2019-05"),
        ("2019", "year", "2019"),
        ("2019-01-01", "year", "2019"),
        ("2019-05-01", "month", "2019-05"),
        ("2019-05-17", None, "2019-05-17"),
        ("2019", "day", "2019"),
        ("0000", "year", None),
        ("", "day", None),
        (None, None, None),
    ],
)
def test_a_date_is_as_precise_as_spotify_says(written: Any, precision: Any, date: str | None) -> None:
    assert release_date({"release_date": written, "release_date_precision": precision}) == date


def test_albums_of_various_artists_are_never_discovered() -> None:
    various = {"id": "0LyfQWJT6nXafLPZqxke9Of", "name": "Various Artists"}
    items = [{"id": "a", "name": "Hits", "artists": [various]}, {"id": "b", "name": "One", "artists": [{"id": ADA}]}]
    assert [a.name for a in parse_albums({"items": items}, 0, 10).items] == ["One"]


def test_what_has_no_id_or_name_is_told_of_and_the_rest_is_read() -> None:
    items = [None, {"name": "x"}, {"id": "../x", "name": "x"}, {"id": "b"}, {"id": "c", "name": "One"}]
    page = parse_albums({"items": items}, 0, 10)
    assert [a.ids for a in page.items] == [(ExternalId("spotify", "c"),)]
    assert len(page.problems) == 3
    assert album_ids({"items": items}) == ["b", "c"]


@pytest.mark.parametrize(
    ("following", "offset"),
    [
        ("https://api.spotify.com/v1/artists/x/albums?offset=20&limit=10", 20),
        ("https://api.spotify.com/v1/artists/x/albums", 20),  # no offset named: one page on
        ("https://api.spotify.com/v1/artists/x/albums?offset=0", 20),  # never back
        (None, None),
        ("", None),
    ],
)
def test_the_next_page_is_counted_from_what_was_asked_never_from_what_was_kept(
    following: Any, offset: int | None
) -> None:
    assert next_offset({"items": [], "next": following}, 10, 10) == offset


# ---- tracks


def test_a_track_takes_its_isrc_from_the_complete_track() -> None:
    item = {
        "id": "t1",
        "name": "Glass",
        "disc_number": 2,
        "track_number": 4,
        "duration_ms": 225_000,
        "artists": [{"id": ADA, "name": "Ada Lind"}, {"name": "Bo Ek"}, {"name": ""}],
    }
    full = {"t1": {"id": "relinked", "external_ids": {"isrc": "XXLNR0000001"}}}
    (track,) = parse_tracks({"items": [item]}, 0, full).items
    assert (track.isrcs, track.duration_ms, track.disc, track.position) == (("XXLNR0000001",), 225_000, 2, 4)
    assert track.artists == ("Ada Lind", "Bo Ek")
    (bare,) = parse_tracks({"items": [{"id": "t1", "name": "Glass"}]}, 0, {}).items
    assert (bare.isrcs, bare.duration_ms, bare.disc, bare.position, bare.artists) == ((), None, 1, None, ())


def test_a_track_that_has_its_isrc_is_not_asked_for_again() -> None:
    page = {"items": [{"id": "a", "name": "x", "external_ids": {"isrc": "XXLNR0000001"}}, {"id": "b", "name": "y"}]}
    assert without_isrc(page) == ["b"]
    assert parse_tracks(page, 0, {}).items[0].isrcs == ("XXLNR0000001",)


def test_several_things_are_told_apart_by_their_place_whatever_their_ids() -> None:
    answer = {"tracks": [{"id": "other"}, None, {"id": "c"}]}
    assert by_id(["a", "b", "c"], answer, "tracks") == {"a": {"id": "other"}, "c": {"id": "c"}}


@pytest.mark.parametrize("answer", [{"tracks": [{}]}, {"tracks": [{}] * 3}, {"tracks": None}, {}, None])
def test_another_number_of_things_than_asked_for_is_not_believed(answer: Any) -> None:
    complaint = calls.several_tracks(["a", "b"]).complaint
    assert complaint is not None
    assert complaint(answer) is not None


def test_groups_are_full_but_for_the_last() -> None:
    assert [len(group) for group in batches([str(n) for n in range(45)], 20)] == [20, 20, 5]


# ---- refusals


def test_forbidden_as_json_means_that_the_app_is_restricted() -> None:
    assert isinstance(refused(403, error(403, "Forbidden")), Restricted)
    assert isinstance(refused(400, error(400, "Invalid limit")), Restricted)


def test_forbidden_as_text_says_that_the_owner_needs_premium() -> None:
    refusal = refused(403, None, "Active premium subscription required for the owner of the app.")
    assert isinstance(refusal, SettingsError)
    assert "Premium" in str(refusal)
    assert "LINERNOTES_SPOTIFY_CLIENT_ID" in str(refusal)


@pytest.mark.parametrize(("answer", "body"), [(None, "User not registered"), (None, ""), ([], "[]")])
def test_forbidden_for_another_reason_is_a_refusal(answer: Any, body: str) -> None:
    refusal = refused(403, answer, body)
    assert type(refusal) is SourceRefused


def test_an_exhausted_quota_sends_the_work_away_for_hours() -> None:
    refusal = refused(429, error(429, "Too many requests", reason="QUOTA_EXCEEDED"))
    assert isinstance(refusal, SourceBusy)
    assert refusal.wait >= timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "answer"), [(200, {}), (404, error(404, "x")), (429, None), (500, None), (503, {})]
)
def test_every_other_answer_is_left_to_the_transport(status: int, answer: Any) -> None:
    assert refused(status, answer) is None


def test_a_wrong_question_is_refused_with_spotifys_words() -> None:
    refusal = refused(400, error(400, "Invalid base62 id"))
    assert type(refusal) is SourceRefused
    assert "Invalid base62 id" in str(refusal)


@given(st.lists(anything, max_size=4) | anything)
def test_any_json_can_be_read(answer: Any) -> None:
    for value in (answer, {"items": answer}, {"artists": {"items": answer}}, {"items": [{"id": "a", "name": "x"}]}):
        parse_artists(value)
        parse_albums(value, 0, 10)
        parse_tracks(value, 0, {"a": answer})
        album_ids(value)
        without_isrc(value)
        by_id(["a"], value, "items")
    for status in (200, 400, 401, 403, 429):
        refused(status, {"error": answer})
        refused(status, answer)
