"""The reading commands on a real PostgreSQL."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from typer.testing import CliRunner, Result

from linernotes.cli import app
from linernotes.database.connect import connect
from linernotes.search.evidence import evidence
from linernotes.search.exports import What, exports
from linernotes.search.people import name_decisions, problems
from linernotes.search.producers import find_producer, search_producers
from linernotes.search.profile import profile
from tests.factories import World

Run = Callable[..., Result]


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Gives the words to the command line, in this process."""
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, words)

    return run


def test_search_lists_who_answers_to_a_name(world: World, run: Run) -> None:
    world.credit(world.track("Song"), world.producer("Max Martin"))
    text = run("search", "max")
    assert text.exit_code == 0
    assert "Max Martin" in text.stdout
    assert "producer 1" in text.stdout
    (hit,) = json.loads(run("search", "max", "--json").stdout)
    assert (hit["name"], hit["recordings"], hit["roles"]) == ("Max Martin", 1, {"producer": 1})
    assert hit["closeness"] == "words"
    (row,) = csv.DictReader(io.StringIO(run("search", "max", "--csv").stdout))
    assert (row["name"], row["confidence"], row["roles"]) == ("Max Martin", "0.95", "producer:1")


def test_search_without_a_hit_says_what_to_do_next(run: Run) -> None:
    found = run("search", "Xyz")
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == "No producer matches 'Xyz'. Discover an artist first: linernotes discover NAME\n"
    assert run("search", "Xyz", "--json").stdout == "[]\n"


@pytest.mark.parametrize(
    "words",
    [
        ("search", " "),
        ("search", "max", "--role", "drummer"),
        ("search", "max", "--limit", "0"),
        ("search", "max", "--json", "--csv"),
        ("search",),
        ("explain", "Song"),
        ("export", "songs"),
        ("export", "--format", "xml"),
        ("export", "--min-confidence", "2"),
    ],
)
def test_bad_usage_exits_2_with_a_reason(run: Run, words: tuple[str, ...]) -> None:
    refused = run(*words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_is_not_found_exits_1_with_a_reason(world: World, run: Run) -> None:
    world.producer("Ada")
    for words in (("show", "Xyz"), ("explain", "Song", "Xyz"), ("explain", "Song", "Ada")):
        missed = run(*words)
        assert missed.exit_code == 1
        assert missed.stderr.startswith("linernotes: No ")


def test_show_tells_everything_of_a_producer(world: World, run: Run) -> None:
    ada, bo = world.producer("Ada", "A. Lind", kind="person"), world.producer("Bo")
    song = world.track("Song")
    world.claim(song, ada)
    world.claim(song, bo, "composer")
    world.conclude()
    world.link(ada)
    shown = run("show", "A. Lind")
    assert shown.exit_code == 0
    for told in (
        f"Ada (person)  {ada}\nalso known as: A. Lind\n",
        "  producer: 1 recording\n",
        "  Song   Ada Lind  First  2020        0.95\n",
        "  Bo             1  composer\n",
        "  homepage  https://ada.example  unchecked  musicbrainz  2026-03-01\n",
        "  musicbrainz       1      1  2026-03-01\n",
    ):
        assert told in shown.stdout
    page = json.loads(run("show", "Ada", "--json").stdout)
    assert (page["id"], page["credits"][0]["track"], page["links"][0]["url"]) == (
        str(ada),
        "Song",
        "https://ada.example",
    )


def test_show_takes_the_nearest_name_and_says_so_aside(world: World, run: Run) -> None:
    world.producer("Max Martin")
    shown = run("show", "max mar", "--json")
    assert json.loads(shown.stdout)["name"] == "Max Martin"
    assert shown.stderr == "No producer is called 'max mar'; this is the nearest name, Max Martin.\n"


def test_show_lists_as_many_recordings_as_asked_and_says_how_many_there_are(world: World, run: Run) -> None:
    ada = world.producer("Ada")
    for number in range(3):
        world.claim(world.track(f"Song {number}"), ada)
    world.conclude()
    assert "and 1 more (--limit 3 lists all)" in run("show", "Ada", "--limit", "2").stdout


def test_explain_shows_the_claims_and_the_arithmetic(world: World, run: Run) -> None:
    song, ada = world.track("Song", isrc="USRC17607839"), world.producer("Ada")
    world.claim(song, ada, url="https://musicbrainz.example/recording/1")
    world.claim(song, ada, source="list", base=0.9, match=0.95)
    world.conclude()
    world.looked(song, "wikidata")
    told = run("explain", "Song", "Ada").stdout.splitlines()
    assert told[0] == "Ada on 'Song' by Ada Lind (First, 2020-05-01, ISRC USRC17607839)"
    assert told[2:6] == [
        "producer: confidence 0.97, verified",
        "  musicbrainz 0.95 = 0.95 (recording) × 1.00 (shared id)",
        "    says 'producer' of 'Ada', record record-1, seen 2026-03-01, https://musicbrainz.example/recording/1",
        "  list 0.85 = 0.90 (recording) × 0.95 (same title, within 2 s)",
    ]
    assert told[7].startswith("  0.9714: 1 − (1 − 0.95) × (1 − 0.855 / 2), so")
    assert told[-1] == "wikidata was asked on 2026-03-01 and names nobody."
    found = json.loads(run("explain", "Ada Lind - Song", "Ada", "--json").stdout)
    assert found["credits"][0]["credit"]["confidence"] == found["credits"][0]["computed"]


def test_export_writes_a_file_that_appears_when_it_is_whole(world: World, run: Run, tmp_path: Path) -> None:
    world.credit(world.track("Song"), world.producer("=Ada()"))
    path = tmp_path / "credits.csv"
    path.write_text("old")
    assert run("export", "-o", str(path)).exit_code == 0
    (row,) = csv.DictReader(io.StringIO(path.read_text()))
    assert (row["track"], row["producer"], row["confidence"]) == ("Song", "'=Ada()", "0.95")
    assert path.read_text().splitlines()[0] == (
        "track,artist,album,release_date,isrc,producer,producer_id,credited_as,role,confidence,verified,sources,track_id"
    )
    assert [p.name for p in tmp_path.iterdir()] == ["credits.csv"]


def test_an_export_that_fails_leaves_the_old_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = run("export", "-o", str(tmp_path / "missing" / "credits.csv"))
    assert nowhere.exit_code == 1
    assert "cannot be written: No such file or directory" in nowhere.stderr
    old = tmp_path / "old.parquet"
    old.write_text("old")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    refused = run("export", "--format", "parquet", "-o", str(old))
    assert refused.exit_code == 2
    assert "pip install 'linernotes[parquet]'" in refused.stderr
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old.parquet"]


@pytest.mark.parametrize("format_", ["csv", "json"])
def test_an_export_goes_to_standard_output_unless_a_file_is_named(world: World, run: Run, format_: str) -> None:
    world.credit(world.track("Song"), world.producer("방시혁"))
    text = run("export", "credits", "--format", format_).stdout
    (row,) = json.loads(text) if format_ == "json" else csv.DictReader(io.StringIO(text))
    assert (row["producer"], row["sources"]) == ("방시혁", "musicbrainz")


def test_a_reader_that_goes_away_is_no_error(world: World, database_url: str) -> None:
    world.db.execute(
        """insert into public.producers (name, normalized_name)
           select 'P' || n, 'p' || n from generate_series(1, 20000) n"""
    )
    with subprocess.Popen(
        [sys.executable, "-c", "from linernotes.cli import main; main()", "export", "producers"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LINERNOTES_DATABASE_URL": database_url},
    ) as export:
        assert export.stdout is not None
        assert export.stderr is not None
        assert export.stdout.readline().startswith(b"producer,producer_id")
        export.stdout.close()
        assert export.stderr.read() == b""
        assert export.wait(timeout=60) == 0


def test_people_lists_decisions_about_names(world: World, run: Run) -> None:
    world.producer("Boi-1da")
    world.producer("Boi 1da")
    (row,) = csv.DictReader(io.StringIO(run("people", "--csv").stdout))
    assert list(row) == [
        "decision",
        "name",
        "other_name",
        "reason",
        "common_recordings",
        "known_for",
        "other_known_for",
    ]
    assert (row["decision"], row["reason"]) == ("kept apart", "differ only in punctuation, spaces or accents")
    (decision,) = json.loads(run("people", "--json").stdout)
    assert decision["producer_id"] != decision["other_id"]


def test_problems_lists_what_could_not_be_used(world: World, run: Run) -> None:
    assert run("problems").stderr == "Everything the sources said could be used.\n"
    world.problem("the title is missing", source="list", record="line 7")
    assert "list    line 7  unusable_row  the title is missing" in run("problems", "--source", "list").stdout
    assert json.loads(run("problems", "--source", "other", "--json").stdout) == []


def test_every_question_is_answered_on_the_oldest_and_the_newest_postgresql(any_database_url: str) -> None:
    with connect(any_database_url) as db:
        world = World(db)
        ada, song = world.producer("Ada"), world.track("Song")
        world.producer("Äda")
        world.credit(song, ada)
        who = find_producer(db, "Ada")
        assert [hit.id for hit in search_producers(db, "ada", role="producer")] == [ada]
        assert profile(db, who).credits[0].track_id == song
        assert evidence(db, "Song", "Ada").credits[0].computed == 0.95
        assert [len(list(exports(db, what))) for what in What] == [1, 2, 0]
        assert len(name_decisions(db)) == 1
        assert problems(db) == []


@pytest.mark.parametrize(
    "words",
    [
        ("search", "Max Martin"),
        ("show", "Max Martin"),
        ("explain", "Song", "Max Martin"),
        ("problems",),
        ("terms",),
        ("people",),
        ("queues", "list"),
        ("health", "--json"),
    ],
    ids=" ".join,
)
def test_a_command_that_reads_loads_neither_a_web_server_nor_sources(
    world: World, database_url: str, words: tuple[str, ...]
) -> None:
    world.claim(world.track("Song"), world.producer("Max Martin"), "producer")
    world.conclude()
    code = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; from linernotes.cli import main; main()", *words],
        env={**os.environ, "LINERNOTES_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
    )
    loaded = set(done.stderr.split())
    assert "linernotes.database.connect" in loaded
    assert loaded.isdisjoint({"fastapi", "uvicorn", "httpx2", "structlog", "rich.traceback", "linernotes.api.app"})
