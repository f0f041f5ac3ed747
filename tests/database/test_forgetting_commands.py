"""`linernotes forget`, `linernotes forgotten` and `linernotes export person`, as they are called."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection
from typer.testing import CliRunner, Result

from linernotes.cli import app
from linernotes.database import connect
from tests.database.everywhere import places
from tests.factories import World

Run = Callable[..., Result]


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Gives the words to the command line, in this process; input is what the person at the shell types."""
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    monkeypatch.setenv("LINERNOTES_HOME", str(home))

    def run(*words: str, input: str = "") -> Result:
        return CliRunner().invoke(app, words, input=input)

    return run


@pytest.fixture
def ada(world: World) -> UUID:
    ada = world.producer("Ada Lindqvist", "A. Lind")
    world.external_id(ada, "discogs", "424242")
    world.link(ada, url="https://lindqvist.example")
    world.credit(world.track("Song", artist="Vera"), ada)
    return ada


def test_a_person_is_forgotten_after_yes_and_a_receipt_is_printed(ada: UUID, run: Run, db, home: Path) -> None:
    asked = run("forget", "ada lindqvist", input="y\n")
    assert asked.exit_code == 0, asked.stderr
    assert "1  credits" in asked.stderr  # what will go, before the question
    assert places(db, "lindqvist", "424242", str(ada)) == []
    (receipt,) = json.loads(run("forgotten", "--json").stdout)
    assert receipt["id"] in asked.stderr
    assert receipt["erased"]["credits"] == 1
    assert str(home / "forget.key") in asked.stderr


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_without_yes_nothing_is_erased(ada: UUID, run: Run, db, answer: str) -> None:
    refused = run("forget", "ada lindqvist", input=answer)
    assert refused.exit_code != 0
    assert len(places(db, "lindqvist")) > 3
    assert json.loads(run("forgotten", "--json").stdout) == []


def test_a_dry_run_tells_what_would_go_and_makes_no_key(ada: UUID, run: Run, db, home: Path) -> None:
    told = json.loads(run("forget", str(ada), "--dry-run", "--json").stdout)
    assert (told["erased"]["producers"], told["erased"]["links"]) == (1, 1)
    assert len(places(db, "lindqvist")) > 3
    assert not (home / "forget.key").exists()


@pytest.mark.parametrize("named", ["discogs:424242", "https://www.discogs.com/artist/424242-Ada", "A. Lind"])
def test_a_person_is_named_by_a_sources_id_its_address_or_an_alias(ada: UUID, run: Run, db, named: str) -> None:
    assert run("forget", named, "--yes").exit_code == 0
    assert places(db, "lindqvist") == []


def test_of_several_of_one_name_none_is_forgotten_and_all_are_listed(ada: UUID, world: World, run: Run, db) -> None:
    other = world.producer("Ada Lindqvist", qualifier=" (2)")
    world.credit(world.track("Other", artist="Somebody"), other)
    refused = run("forget", "Ada Lindqvist", "--yes")
    assert refused.exit_code == 2
    assert str(ada) in refused.stderr
    assert str(other) in refused.stderr
    assert run("forget", str(other), "--yes").exit_code == 0
    assert run("show", "Ada Lindqvist", "--json").exit_code == 0


def test_a_name_that_is_only_near_is_not_taken(ada: UUID, run: Run, db) -> None:
    refused = run("forget", "Ada Lindqvi", "--yes")
    assert refused.exit_code == 1
    assert f"linernotes forget {ada}" in refused.stderr
    assert len(places(db, "lindqvist")) > 3


def test_what_stays_is_said_before_the_question(ada: UUID, world: World, run: Run) -> None:
    world.track("Own", artist="Ada Lindqvist")
    joint = world.producer("Ada Lindqvist & Bo Ek")
    said = run("forget", str(ada), input="n\n").stderr
    assert "works that Ada Lindqvist published as artist" in said
    assert f"{joint}  Ada Lindqvist & Bo Ek" in said


def test_the_key_is_for_its_owner_alone_and_is_made_once(ada: UUID, world: World, run: Run, home: Path) -> None:
    bo = world.producer("Bo Ek")
    run("forget", str(ada), "--yes")
    key = (home / "forget.key").read_text()
    assert (home / "forget.key").stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key.strip())) == 32
    assert "Back it up" not in run("forget", str(bo), "--yes").stderr
    assert (home / "forget.key").read_text() == key
    (home / "forget.key").chmod(0o644)
    assert "chmod 600" in run("worker", "--once").stderr
    assert run("search", "x").exit_code == 0


def test_where_people_were_forgotten_nothing_starts_without_the_key(
    ada: UUID, world: World, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bo = world.producer("Bo Ek")
    run("forget", str(ada), "--yes")
    key = (home / "forget.key").read_text().strip()
    (home / "forget.key").unlink()
    commands = [("worker", "--once"), ("discover", "--all", "--from", "sample"), ("forget", str(bo), "--yes"),
                ("jobs", "run", "social-enrichment-queue-job")]  # fmt: skip
    for words in commands:
        refused = run(*words)
        assert refused.exit_code == 1, words
        assert "LINERNOTES_FORGET_KEY" in refused.stderr
    assert not (home / "forget.key").exists()  # no new one that would recognise nobody
    monkeypatch.setenv("LINERNOTES_FORGET_KEY", "00" * 32)
    assert "not the one" in run("worker", "--once").stderr
    monkeypatch.setenv("LINERNOTES_FORGET_KEY", key)
    assert run("worker", "--once").exit_code == 0


def test_a_key_that_is_none_is_refused_with_what_to_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINERNOTES_FORGET_KEY", "secret")
    refused = run("search", "x")
    assert refused.exit_code == 1
    assert "openssl rand -hex 32" in refused.stderr
    assert "secret" not in refused.stderr


def test_who_agrees_to_come_back_is_taken_off_the_list(ada: UUID, run: Run) -> None:
    run("forget", str(ada), "--yes")
    (receipt,) = json.loads(run("forgotten", "--json").stdout)
    assert "off the list" in run("forgotten", "--lift", receipt["id"]).stderr
    assert json.loads(run("forgotten", "--json").stdout)[0]["marks"] == 0
    assert run("forgotten", "--lift", str(ada)).exit_code == 1


def test_all_that_is_kept_of_a_person_is_written_with_its_sources(ada: UUID, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ada.json"
    assert run("export", "person", "Ada Lindqvist", "-o", str(file)).exit_code == 0
    about = json.loads(file.read_text())
    assert about["producers"][0]["id"] == str(ada)
    assert {n["name"] for n in about["names"]} == {"Ada Lindqvist", "A. Lind"}
    assert about["ids"][0] | {"first_seen_at": ""} == {"scheme": "discogs", "value": "424242", "first_seen_at": ""}
    assert about["links"][0]["source_url"] == "https://musicbrainz.example/artist/1"
    (claim,) = about["claims"]
    assert (claim["recording"], claim["source"], claim["role"]) == ("Song", "musicbrainz", "producer")
    assert about["credits"][0]["track"] == "Song"
    assert about["kept_answers"] == []


@pytest.mark.parametrize("words", [("person",), ("credits", "Ada")])
def test_only_an_export_of_a_person_takes_a_name(run: Run, words: tuple[str, ...]) -> None:
    assert run("export", *words).exit_code == 2


def test_forgetting_works_on_every_server(any_database_url: str, home: Path, monkeypatch) -> None:
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", any_database_url)
    monkeypatch.setenv("LINERNOTES_HOME", str(home))
    with connect.connect(any_database_url) as db:
        world = World(db)
        ada = world.producer("Ada Lindqvist")
        world.credit(world.track("Song", artist="Vera"), ada)
        assert CliRunner().invoke(app, ["forget", str(ada), "--yes"]).exit_code == 0
        assert places(db, "lindqvist") == []


def test_a_saved_list_erases_whom_a_restored_base_still_holds(
    ada: UUID, world: World, run: Run, db, tmp_path
) -> None:
    nameless = world.producer("Cy Bergqvist")
    world.credit(world.track("Other", artist="Vera"), nameless)
    saved = tmp_path / "forgotten.json"
    for producer in (ada, nameless):
        assert run("forget", str(producer), "--yes").exit_code == 0
    assert run("forgotten", "--save", str(saved)).exit_code == 0
    assert "lindqvist" not in saved.read_text().lower()
    db.execute("delete from linernotes.forgotten")
    db.execute("delete from linernotes.forget_receipts")
    db.execute("delete from linernotes.forget_key")
    world.external_id(again := world.producer("Ada Lindqvist"), "discogs", "424242")
    world.credit(world.track("Song again", artist="Vera"), again)
    world.producer("Cy Bergqvist")
    world.producer("Bo Ek")
    assert "2 people who were here are forgotten again" in run("forgotten", "--load", str(saved)).stderr
    assert places(db, "lindqvist", "bergqvist", "424242") == []
    assert places(db, "bo ek")
    assert len(json.loads(run("forgotten", "--json").stdout)) == 4
    assert "0 marks are new on the list; 0 people" in run("forgotten", "--load", str(saved)).stderr


def test_a_list_of_another_key_or_none_at_all_is_refused(
    ada: UUID, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "forgotten.json"
    run("forget", str(ada), "--yes")
    run("forgotten", "--save", str(saved))
    (tmp_path / "odd.json").write_text('{"proof": 7}')
    for words in (("--load", str(tmp_path / "odd.json")), ("--load", str(tmp_path / "none.json")),
                  ("--load", str(saved), "--save", str(saved))):  # fmt: skip
        assert run("forgotten", *words).exit_code == 2, words
    monkeypatch.setenv("LINERNOTES_FORGET_KEY", "00" * 32)
    refused = run("forgotten", "--load", str(saved))
    assert refused.exit_code == 1
    assert "another key" in refused.stderr
