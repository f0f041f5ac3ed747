"""A list of one's own: every named producer and writer becomes a credit, none missing, none extra."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.journeys.conftest import Linernotes

ROWS = [
    ("El Camino", "Anna Vox", "1999-05-17", "Zed;Ada Lind", "Ada Lind;Bo, Jr."),
    ("La Mer", "Anna Vox", "2001-01-06", "Ada  Lind", "Unknown"),
    ("Hello", "The Cars ft. Bo", "1984-11-03", "ADA LIND ", "方時赫;Łukasz"),
    ("Hello", "Somebody Else", "2015-11-14", "Dr.Luke", "Dr. Luke"),
    ("Left. Right", "Anna Vox", "2002", "Zed", "shndō;Shndo"),
]


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["song", "artist", "date", "producers", "songwriters", "songwriter_male"])
    writer.writerows([*row, "1"] for row in ROWS)
    path = tmp_path / "songs.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def credits(linernotes: Linernotes) -> set[tuple[str, str, str, str]]:
    exported = linernotes("export", "credits", "--format", "csv")
    return {
        (c["artist"], c["track"], " ".join(c["credited_as"].split()).casefold(), c["role"])
        for c in csv.DictReader(io.StringIO(exported))
    }


def expected() -> set[tuple[str, str, str, str]]:
    return {
        (artist, song, " ".join(name.split()).casefold(), role)
        for song, artist, _, producers, writers in ROWS
        for cell, role in ((producers, "producer"), (writers, "writer"))
        for name in cell.split(";")
        if name != "Unknown"
    }


def test_every_named_person_is_a_credit_of_that_track_none_missing_none_extra(linernotes: Linernotes, songs: Path):
    linernotes("discover", "--all", "--from", f"file:{songs}")
    assert credits(linernotes) == expected()
    assert "Ada Lind" in linernotes("show", "ada lind")


def test_an_unknown_person_is_reported_with_its_line_and_not_stored(linernotes: Linernotes, songs: Path):
    linernotes("discover", "--all", "--from", f"file:{songs}")
    (problem,) = linernotes.json("problems")
    assert (problem["kind"], problem["record"]) == ("unknown_person", "line 3")
    assert linernotes.one("select count(*) from producers where name ilike 'unknown'") == 0


def test_a_second_run_changes_no_row_and_sends_no_message(linernotes: Linernotes, songs: Path):
    linernotes("discover", "--all", "--from", f"file:{songs}")
    tables = linernotes.tables()
    written = "select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables where schemaname <> 'pgmq'"
    linernotes.one("select pg_stat_force_next_flush()")
    before = linernotes.one(written)
    linernotes("discover", "--all", "--from", f"file:{songs}")
    assert linernotes.tables() == tables
    assert linernotes.one(written) == before
    assert "are done already" in linernotes.err


def test_a_row_that_changed_is_read_again_and_what_left_it_goes(linernotes: Linernotes, songs: Path):
    linernotes("discover", "--all", "--from", f"file:{songs}")
    text = songs.read_text(encoding="utf-8")
    songs.write_text(text.replace("Zed;Ada Lind", "Ada Lind;New Name"), encoding="utf-8")
    linernotes("discover", "--all", "--from", f"file:{songs}")
    now = {c for c in credits(linernotes) if c[1] == "El Camino" and c[3] == "producer"}
    assert now == {("Anna Vox", "El Camino", n, "producer") for n in ("ada lind", "new name")}


def test_spellings_that_may_be_one_person_are_listed_and_kept_apart(linernotes: Linernotes, songs: Path):
    linernotes("discover", "--all", "--from", f"file:{songs}")
    decisions = {(d["decision"], *sorted((d["name"], d["other_name"]))) for d in linernotes.json("people")}
    assert ("kept apart", "Dr. Luke", "Dr.Luke") in decisions
    assert ("kept apart", "Shndo", "shndō") in decisions
    assert ("one person", "ADA LIND", "Ada Lind") in decisions


def test_one_artist_of_the_list_can_be_taken_and_a_missing_one_is_told(linernotes: Linernotes, songs: Path):
    linernotes("discover", "anna vox", "--from", f"file:{songs}")
    assert linernotes.one("select count(*) from tracks") == 3
    linernotes("discover", "No Such Artist", "--from", f"file:{songs}", status=1)
    assert "no artist named 'No Such Artist'" in linernotes.err


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["discover"], 2, "Name the artists"),
        (["discover", "--all", "--from", "file:/nowhere.csv"], 2, "/nowhere.csv"),
        (["discover", "--all", "--from", "napster"], 2, "no source 'napster'"),
        (["discover", "Anna Vox"], 1, "LINERNOTES_CONTACT"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    linernotes: Linernotes, arguments: list[str], status: int, says: str
):
    linernotes(*arguments, status=status)
    assert says in linernotes.err
    assert "Traceback" not in linernotes.err
