"""People are merged, split and kept apart at the shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from psycopg import Connection
from typer.testing import CliRunner, Result

from linernotes.cli import app
from tests.factories import World as Facts


@pytest.fixture
def facts(db: Connection[Any]) -> Facts:
    return Facts(db)


Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(app, words)


def test_people_are_merged_listed_and_split_at_the_shell(facts: Facts, run: Run):
    one, two = facts.producer("Ada Lind"), facts.producer("A. Lind")
    facts.credit(facts.track("Song"), two)
    made = run("people", "merge", "A. Lind", "Ada Lind", "--why", "same address")
    assert made.exit_code == 0, made.output
    assert f"A. Lind ({two}) is Ada Lind ({one}) from now on." in made.stderr
    (row,) = json.loads(run("people", "log", "--json").stdout)
    assert (row["merged"], row["into"], row["why"], row["undone_at"]) == ("A. Lind", "Ada Lind", "same address", None)
    shown = run("show", str(two))
    assert "was merged into Ada Lind" in shown.stderr
    assert "producer: 1 recording" in shown.stdout
    back = run("people", "split", "A. Lind", "--why", "no, they are two")
    assert back.exit_code == 0, back.output
    assert "producer: 1 recording" in run("show", "A. Lind").stdout
    (row,) = json.loads(run("people", "log", "--json").stdout)
    assert row["undone_why"] == "no, they are two"
    assert "undone" in run("people", "log").stdout


def test_splitting_two_who_were_never_merged_keeps_them_apart(facts: Facts, run: Run):
    facts.producer("Greg Lind"), facts.producer("Gregg Lind")
    assert len(json.loads(run("people", "suggest", "--json").stdout)) == 1
    assert run("people", "split", "Greg Lind", "Gregg Lind", "--why", "father and son").exit_code == 0
    assert run("people", "suggest", "--json").stdout == "[]\n"
    assert "kept apart" in run("people", "log").stdout


def test_a_merge_that_ids_speak_against_is_made_by_hand_with_a_warning(facts: Facts, run: Run):
    for name, value in (("Ada Lind", "1"), ("A. Lind", "2")):
        facts.external_id(facts.producer(name), "discogs", value)
    made = run("people", "merge", "A. Lind", "Ada Lind")
    assert made.exit_code == 0
    assert "They have different ids at discogs" in made.stderr


def test_of_several_merges_the_one_to_take_back_has_to_be_named(facts: Facts, run: Run):
    facts.producer("Ada")
    for name in ("Beate", "Clara"):
        facts.producer(name)
        run("people", "merge", name, "Ada")
    refused = run("people", "split", "Ada")
    assert refused.exit_code == 2
    assert "2 merges are meant" in refused.stderr
    assert run("people", "split", "Clara").exit_code == 0
    assert run("people", "split", "Ada").exit_code == 0
    assert run("people", "split", "Ada").exit_code == 1


def test_merging_one_with_itself_is_refused(facts: Facts, run: Run):
    facts.producer("Ada", "Adele")
    refused = run("people", "merge", "Ada", "Adele")
    assert (refused.exit_code, "one producer already" in refused.stderr) == (2, True)


def test_people_without_a_subcommand_lists_the_decisions(facts: Facts, run: Run):
    facts.producer("Boi-1da"), facts.producer("Boi 1da")
    (row,) = json.loads(run("people", "--json").stdout)
    assert row["decision"] == "kept apart"
