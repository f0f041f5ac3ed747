"""Whatever is written as a table is read back: every credit, and none that was not written."""

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from linernotes.model.names import display_name, is_unknown, name_key, problem_of
from linernotes.sources.file.source import open_file
from linernotes.sources.tables.table import NOTHING

PEOPLE = {"producers": "producer", "songwriters": "songwriter"}
COLUMNS = ("artist", "album", "track", *PEOPLE)
NOT_IN_WINDOWS_1252 = bytes.maketrans(b"\x81\x8d\x8f\x90\x9d", b"?????")


def usable(name):
    """Whether the text names somebody; the rules of names have tests of their own."""
    return bool(display_name(name)) and name.strip() not in NOTHING and not is_unknown(name) and not problem_of(name)


letters = st.one_of(
    st.sampled_from("abcAB é,.&'\"\n\t방中Ł$!-()"),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=";"),
)
names = st.text(letters, min_size=1, max_size=20).filter(usable)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "artist": names,
            "album": st.one_of(st.just(""), names),
            "track": names,
            "producers": st.lists(names, max_size=3),
            "songwriters": st.lists(names, max_size=3),
        }
    ),
    min_size=1,
    max_size=8,
)


def read_back(content, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return open_file(path)


def credits_in(source):
    return {
        (*map(name_key, (artist.fact.name, album.fact.name, track.fact.name, claim.person.name)), claim.raw_role)
        for artist in source.catalogue._listing.artists
        for album in artist.albums
        for track in album.tracks
        for claim in track.claims
    }


def written(rows):
    return {
        (*map(name_key, (row["artist"], row["album"] or row["track"], row["track"], person)), role)
        for row in rows
        for column, role in PEOPLE.items()
        for person in row[column]
    }


@settings(max_examples=100, deadline=None)
@given(rows, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_credit_of_a_csv_file_is_read_and_none_more(rows, delimiter, ending, packed):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter, lineterminator=ending)
    writer.writeheader()
    writer.writerows(row | {column: ";".join(row[column]) for column in PEOPLE} for row in rows)
    content = text.getvalue().encode()
    source = read_back(gzip.compress(content) if packed else content, "list.csv")
    assert credits_in(source) == written(rows)
    assert source.problems == ()
    assert source.summary.rows == len(rows)


@settings(max_examples=100, deadline=None)
@given(rows, st.booleans())
def test_every_credit_of_a_json_lines_file_is_read_and_none_more(rows, ascii_only):
    content = "\n".join(json.dumps(row, ensure_ascii=ascii_only) for row in rows)
    source = read_back(content.encode(), "list.jsonl")
    assert credits_in(source) == written(rows)
    assert source.problems == ()


@settings(max_examples=100, deadline=None)
@given(rows)
def test_the_long_form_says_the_same_as_the_wide_form(rows):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["artist", "album", "track", "role", "person"])
    for row in rows:
        track = [row["artist"], row["album"], row["track"]]
        writer.writerow([*track, "", ""])
        for column, role in PEOPLE.items():
            writer.writerows([*track, role, person] for person in row[column])
    source = read_back(text.getvalue().encode(), "list.csv")
    assert credits_in(source) == written(rows)
    assert source.problems == ()


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_line_of_rubbish_stops_the_good_lines(rubbish):
    lines = [b"artist,track,producers", b"A,One,X", rubbish.translate(NOT_IN_WINDOWS_1252), b"B,Two,Y"]
    found = credits_in(read_back(b"\n".join(lines), "list.csv"))
    assert {("a", "one", "one", "x", "producer"), ("b", "two", "two", "y", "producer")} <= found
