"""Which spellings are one person and which are kept apart, on a real PostgreSQL."""

from __future__ import annotations

import re
from typing import Any

import pytest
from psycopg import Connection

from linernotes.search.people import name_decisions, problems
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def decisions(world: World) -> list[tuple[str, frozenset[str], str, int | None]]:
    return [
        (d.decision, frozenset((d.name, d.other_name)), d.reason, d.common_recordings)
        for d in name_decisions(world.db)
    ]


def test_spellings_of_one_person_are_listed_with_what_holds_them_together(world: World) -> None:
    luke = world.producer("Dr. Luke", "Lukasz Gottwald")
    world.name(luke, "DR. LUKE", "credited_as")
    world.name(luke, "Dr Luke", "credited_as")
    world.name(luke, "Gottwald", "credited_as")
    assert decisions(world) == [
        ("one person", frozenset({"Dr. Luke", "DR. LUKE"}), "the same name but for capitals, spaces or width", None),
        (
            "one person",
            frozenset({"Dr. Luke", "Dr Luke"}),
            "one id at musicbrainz; the spellings differ only in punctuation, spaces or accents",
            None,
        ),
        ("one person", frozenset({"Dr. Luke", "Gottwald"}), "one id at musicbrainz", None),
    ]


def test_look_alikes_kept_apart_are_listed_with_the_recordings_they_share(world: World) -> None:
    one, other = world.producer("Boi-1da"), world.producer("Boi 1da")
    shared = world.track("Song")
    world.track("Song", album="Best of", same_recording_as=shared)
    world.claim(shared, one)
    world.claim(shared, other)
    world.claim(world.track("Other"), one)
    world.conclude()
    assert decisions(world) == [
        ("kept apart", frozenset({"Boi-1da", "Boi 1da"}), "differ only in punctuation, spaces or accents", 1)
    ]


def test_namesakes_are_listed(world: World) -> None:
    world.producer("John Hill")
    world.producer("John Hill", qualifier=" (2)")
    assert decisions(world) == [("kept apart", frozenset({"John Hill"}), "the same name, no id in common", 0)]


def test_namesakes_are_told_apart_by_the_artists_they_are_known_for(world: World) -> None:
    one, other = world.producer("Roger Taylor"), world.producer("Roger Taylor", qualifier=" (2)")
    world.claim(world.track("A", artist="Queen"), one)
    world.claim(world.track("B", artist="Duran Duran"), other)
    world.conclude()
    (pair,) = name_decisions(world.db)
    assert (pair.known_for, pair.other_known_for) == (["Queen"], ["Duran Duran"])


def test_somebody_named_as_anothers_alias_is_listed(world: World) -> None:
    world.producer("Cirkut", "Henry Walter")
    world.producer("Henry Walter")
    assert decisions(world) == [
        ("kept apart", frozenset({"Henry Walter"}), "a name of one is an alias of the other", 0)
    ]


def test_near_spellings_are_listed_by_how_far_apart_they_are(world: World) -> None:
    for name in ("Brian Holland", "Brain Holland", "Jermaine Dupri", "Jermain Dupri", "Somebody Else", "Oz", "Ox"):
        world.producer(name)
    assert decisions(world) == [
        ("kept apart", frozenset({"Jermaine Dupri", "Jermain Dupri"}), "1 letter apart", 0),
        ("kept apart", frozenset({"Brian Holland", "Brain Holland"}), "2 letters apart", 0),
    ]


def test_short_names_a_letter_apart_are_two_names(world: World) -> None:
    for name in ("Mario", "Marco"):
        world.producer(name)
    assert decisions(world) == []


def test_long_names_that_are_alike_are_listed(world: World) -> None:
    for name in ("The Wonderful Orchestra of Greater London", "The Wonderful Orchestra of Greater Londonians"):
        world.producer(name)
    ((_, _, reason, _),) = decisions(world)
    assert re.fullmatch(r"alike to 0\.[89]\d of 1", reason)


def test_no_more_than_the_limit_of_each_kind_are_listed(world: World) -> None:
    for number in range(5):
        world.producer("John Hill", qualifier=f" ({number})")
    assert len(name_decisions(world.db, limit=3)) == 3


def test_problems_are_listed_and_narrowed_to_a_source(world: World) -> None:
    world.problem("no title", source="list", record="line 7")
    world.problem("two durations", kind="isrc_conflict", record="USRC17607839")
    assert {(p.source, p.record, p.kind, p.detail) for p in problems(world.db)} == {
        ("list", "line 7", "unusable_row", "no title"),
        ("musicbrainz", "USRC17607839", "isrc_conflict", "two durations"),
    }
    assert [p.record for p in problems(world.db, source="list")] == ["line 7"]
