"""Cells that are not names: dates, durations, positions, ISRCs, addresses, ids."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.catalogue import ExternalId
from linernotes.model.titles import isrc_of
from linernotes.sources.tables.values import (
    read_date,
    read_duration,
    read_id,
    read_position,
    read_recording_id,
    web_address,
)

MBID = "5b11f4ce-a62d-471e-81fc-a69a8278c7da"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2016", "2016"),
        ("1984.0", "1984"),
        ("2016-10", "2016-10"),
        ("2016-10-14", "2016-10-14"),
        ("2016/10/14", "2016-10-14"),
        ("2016-10-14T00:00:00Z", "2016-10-14"),
        ("2016-10-14 00:00:00", "2016-10-14"),
        ("2016-10-00", "2016-10"),
        ("2016-00-00", "2016"),
        ("October 14, 2016", "2016-10-14"),
        ("Oct. 14 2016", "2016-10-14"),
        ("october 1st, 2016", "2016-10-01"),
        ("14 October 2016", "2016-10-14"),
        ("3 sept 2016", "2016-09-03"),
        ("May 2016", "2016-05"),
        ("14.10.2016", "2016-10-14"),
        ("4.5.2016", "2016-05-04"),
    ],
)
def test_a_date_is_read_in_the_precision_it_has(text, iso):
    assert read_date(text) == (iso, "")


@pytest.mark.parametrize("text", ["10/14/2016", "14/10/2016", "14-10-2016"])
def test_a_number_above_twelve_tells_the_day_from_the_month(text):
    assert read_date(text) == ("2016-10-14", "")


@pytest.mark.parametrize("text", ["04/05/2016", "4-5-2016"])
def test_where_day_and_month_may_be_swapped_only_the_year_is_kept(text):
    iso, complaint = read_date(text)
    assert iso == "2016"
    assert "only the year" in complaint


@pytest.mark.parametrize(
    "text",
    [
        "2016-02-30",
        "2016-13-01",
        "31 April 2016",
        "0000-00-00",
        "1066",
        "10/14/16",
        "soon",
        "Octember 1, 2016",
        "٢٠١٦",
    ],
)
def test_an_impossible_date_is_none_with_a_complaint_that_shows_it(text):
    iso, complaint = read_date(text)
    assert iso is None
    assert repr(text) in complaint


@given(st.dates(min_value=date(1860, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_is_read_alike_in_figures_and_in_words(day):
    assert read_date(day.isoformat()).iso == day.isoformat()
    assert read_date(f"{day:%B} {day.day}, {day.year}").iso == day.isoformat()
    assert read_date(f"{day.day} {day:%b} {day.year}").iso == day.isoformat()


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text):
    for value, complaint in (read_date(text), read_duration("duration", text), read_position(text)):
        assert value is not None or complaint or set(text) <= set("0.:/ ")
    for id in (read_id(text, "file:x.csv"), read_recording_id(text, "file:x.csv")):
        assert id is None or (id.scheme and id.value)
    assert isrc_of(text) is None or len(isrc_of(text)) == 12


@pytest.mark.parametrize(
    ("field", "text", "milliseconds"),
    [
        ("duration_ms", "225000", 225_000),
        ("duration_ms", "225000.0", 225_000),
        ("duration_s", "225", 225_000),
        ("duration_s", "225.5", 225_500),
        ("duration", "225", 225_000),
        ("duration", "3:45", 225_000),
        ("duration", "1:03:45", 3_825_000),
        ("duration", "3:45.250", 225_250),
    ],
)
def test_a_duration_is_milliseconds_seconds_or_minutes_and_seconds(field, text, milliseconds):
    assert read_duration(field, text) == (milliseconds, "")


def test_a_duration_of_zero_is_not_known():
    assert read_duration("duration_ms", "0") == (None, "")


@pytest.mark.parametrize("text", ["long", "-5", "nan", "inf", "1e9", "3.45.10", "1_000"])
def test_what_is_no_duration_is_none_with_a_complaint(text):
    assert read_duration("duration", text).value is None
    assert repr(text) in read_duration("duration", text).complaint


def test_milliseconds_in_a_column_of_seconds_are_told_by_their_size():
    assert read_duration("duration", "225000") == (
        None,
        "'225000' is longer than a day; if it is in milliseconds, name the column duration_ms",
    )


@pytest.mark.parametrize(("text", "position"), [("7", 7), ("07", 7), ("7.0", 7), ("7/12", 7), ("0", None)])
def test_a_position_is_a_number(text, position):
    assert read_position(text) == (position, "")


def test_the_side_of_a_record_is_no_number():
    assert read_position("A1").value is None
    assert read_position("A1").complaint


def test_an_isrc_is_compared_without_hyphens_and_case():
    assert isrc_of("gb-aaa-99-00303") == isrc_of("GBAAA9900303") == "GBAAA9900303"


@pytest.mark.parametrize("text", ["", "GBAAA990030", "1BAAA9900303", "GBAAA99003O3", "GBAAA9900303 x"])
def test_what_is_no_isrc_is_not_used(text):
    assert isrc_of(text) is None


@pytest.mark.parametrize("text", ["javascript:alert(1)", "CD booklet", "http://", "ftp://a.org/x", "https://a b"])
def test_only_a_web_address_is_an_address(text):
    assert web_address(text) is None
    assert web_address("https://example.org/x?y=1") == "https://example.org/x?y=1"


@pytest.mark.parametrize(
    ("text", "scheme", "value"),
    [
        (f"musicbrainz:{MBID.upper()}", "musicbrainz", MBID),
        ("discogs:108713", "discogs", "108713"),
        ("wikidata:q42", "wikidata", "Q42"),
        ("isni:0000 0001 2103 2683", "isni", "0000000121032683"),
        ("Spotify: 6eUKZXaKkcviH0Ku9w2n3V", "spotify", "6eUKZXaKkcviH0Ku9w2n3V"),
        ("wikipedia:Max_Martin", "wikipedia", "Max Martin"),
        ("genius:500", "genius", "500"),
        ("4711", "file:x.csv", "4711"),
        ("house:7", "file:x.csv", "house:7"),
    ],
)
def test_an_id_belongs_to_the_scheme_before_its_colon_else_to_the_file(text, scheme, value):
    assert read_id(text, "file:x.csv") == ExternalId(scheme, value)


@pytest.mark.parametrize("text", ["", "wikidata:42", "musicbrainz:no", "discogs:", "isni:12", "spotify:x", "x" * 501])
def test_a_malformed_id_is_none(text):
    assert read_id(text, "file:x.csv") is None


def test_a_bare_uuid_beside_a_track_is_a_musicbrainz_recording():
    assert read_recording_id(MBID, "file:x.csv") == ExternalId("musicbrainz", MBID)
    assert read_recording_id("17", "file:x.csv") == ExternalId("file:x.csv", "17")
