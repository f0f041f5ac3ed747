"""Who is suggested as one person, found among many: rules P2 and P3."""

from __future__ import annotations

import json
from typing import Any

import pytest
from psycopg import Connection
from typer.testing import CliRunner

from linernotes.cli import app
from linernotes.database.connect import connect
from linernotes.search.suggestions import suggestions
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def suggested(world: World, **more: Any) -> list[tuple[frozenset[str], tuple[str, ...]]]:
    return [(frozenset({s.name, s.other_name}), s.reasons) for s in suggestions(world.db, **more)]


def together(world: World, one: Any, other: Any, times: int) -> None:
    for n in range(times):
        track = world.track(f"Song {n}")
        world.claim(track, one)
        world.claim(track, other, "writer", source="list")
    world.conclude()


@pytest.mark.parametrize(("times", "found"), [(1, 0), (2, 1)])
def test_two_of_one_name_are_suggested_from_two_common_recordings_on(world: World, times: int, found: int):
    one, other = world.producer("Ada Lind"), world.producer("Ada Lind", qualifier=" (2)")
    world.external_id(one, "musicbrainz", "a")
    together(world, one, other, times)
    reasons = [("the same name", "2 recordings in common")]
    assert suggested(world) == [(frozenset({"Ada Lind"}), r) for r in reasons[:found]]


def test_two_of_one_name_with_different_ids_of_one_scheme_are_never_suggested(world: World):
    one, other = world.producer("Ada Lind"), world.producer("Ada Lind", qualifier=" (2)")
    for id_, value in ((one, "1"), (other, "2")):
        world.external_id(id_, "discogs", value)
    together(world, one, other, 5)
    assert suggested(world) == []


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Boi-1da", "Boi 1da", "differ only in punctuation, spaces or accents"),
        ("The Neptunes", "Neptunes", 'differ only in "The", "and", punctuation, spaces or accents'),
        ("Brain Holland", "Brian Holland", "spelt almost alike"),
        ("Kevin Briggs", 'Kevin "Shek" Briggs', "a nickname in quotes more"),
        ("Zsolt Kiss", "Kiss Zsolt", "the same words in another order"),
        ("Чайковский", "чайковский.", "differ only in punctuation, spaces or accents"),
    ],
)
def test_a_spelling_variant_is_found_and_suggested_with_its_reason(world: World, one: str, other: str, reason: str):
    world.producer(one), world.producer(other), world.producer("Somebody Else")
    assert suggested(world) == [(frozenset({one, other}), (reason, "no recording in common"))]


def test_an_alias_of_one_that_is_the_name_of_the_other_is_found(world: World):
    luke, lukasz = world.producer("Dr. Luke", "Lukasz Gottwald"), world.producer("Łukasz Gottwald")
    together(world, luke, lukasz, 1)
    ((names, reasons),) = suggested(world)
    assert (names, reasons[1]) == (frozenset({"Dr. Luke", "Łukasz Gottwald"}), "1 recording in common")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [("Robert Lind", "Bob Lind", "a short form of the first name"), ("Ada Lind", "A. Lind", "initials")],
)
def test_initials_and_short_forms_are_found_among_those_of_the_same_recordings(
    world: World, one: str, other: str, reason: str
):
    together(world, world.producer(one), world.producer(other), 1)
    assert suggested(world) == [(frozenset({one, other}), (reason, "1 recording in common"))]


def test_people_of_different_names_are_not_suggested_however_often_they_work_together(world: World):
    together(world, world.producer("Bill Lind"), world.producer("Bob Lind"), 9)
    assert suggested(world) == []


def test_a_group_and_a_person_are_not_suggested_as_one(world: World):
    world.producer("Neptune", kind="group"), world.producer("Neptune!", kind="person")
    assert suggested(world) == []


def test_the_surest_suggestion_comes_first_and_the_list_is_as_long_as_asked(world: World):
    together(world, world.producer("Dr. Luke"), world.producer("Dr.Luke"), 3)
    world.producer("Omar Fedi"), world.producer("Omer Fedi")
    found = suggestions(world.db)
    assert [s.common_recordings for s in found] == [3, 0]
    assert found[0].score > found[1].score
    assert suggestions(world.db, limit=1) == found[:1]


def test_suggestions_for_one_producer_are_theirs_alone(world: World):
    luke = world.producer("Dr. Luke")
    for name in ("Dr.Luke", "Omar Fedi", "Omer Fedi"):
        world.producer(name)
    assert suggested(world, producer=luke) == [
        (
            frozenset({"Dr. Luke", "Dr.Luke"}),
            ("differ only in punctuation, spaces or accents", "no recording in common"),
        )
    ]


def test_candidates_are_found_by_index_among_many_names(world: World):
    """With a hundred thousand other names no part of the search may read the whole table."""
    world.db.execute(
        """with made as (
               insert into producers (name, normalized_name)
               select 'Person ' || md5(n::text), 'person ' || md5(n::text) from generate_series(1, 20000) n
               returning id, name, normalized_name)
           insert into linernotes.producer_names (producer_id, name, name_key, search_key, kind, source)
           select id, name, normalized_name, replace(normalized_name, ' ', ''), 'name', 'test' from made"""
    )
    world.producer("Dr. Luke"), world.producer("Dr.Luke")
    world.db.execute("analyze linernotes.producer_names")
    plans = [
        "name_key = 'dr. luke' limit 10",
        "search_key = 'drluke' limit 10",
        "linernotes.sound_key(name_key) = linernotes.sound_key('brian holland') limit 10",
        "search_key operator(extensions.%) 'drluke'",
    ]
    for where in plans:
        lines = world.db.execute(
            f"explain select producer_id from linernotes.producer_names where {where}"
        ).fetchall()
        assert not [line for (line,) in lines if "Seq Scan" in line], where
    luke = world.db.execute("select id from producers where name = 'Dr. Luke'").fetchone()
    assert luke
    assert len(suggestions(world.db, luke[0])) == 1


def test_suggestions_run_on_every_promised_postgresql(any_database_url: str):
    with connect(any_database_url) as db:
        world = World(db)
        world.producer("Dr. Luke"), world.producer("Dr.Luke")
        assert len(suggested(world)) == 1


def test_the_command_prints_scores_and_reasons(world: World, database_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    world.producer("Dr. Luke"), world.producer("Dr.Luke")
    listed = CliRunner().invoke(app, ["people", "suggest", "--json"])
    (row,) = json.loads(listed.stdout)
    assert (row["verdict"], row["common_recordings"]) == ("same", 0)
    text = CliRunner().invoke(app, ["people", "suggest", "Dr. Luke", "--limit", "5"])
    assert "differ only in punctuation" in text.stdout
    assert "linernotes people merge" in text.stderr
