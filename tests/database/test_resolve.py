"""Everybody in the base compared at once: what comes of it is a suggestion, and never a merge."""

from __future__ import annotations

import json
import random
import sys
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from linernotes.cli import people as people_cli
from linernotes.database import decisions
from linernotes.database.decisions import Decision
from linernotes.errors import UsageError
from linernotes.search.suggestions import COMPARED, suggestions
from linernotes.services.pairs import Resolved, compare_all, scored
from tests.factories import SEEN, World

pytest.importorskip("splink")

BY_ME = Decision(by="me", why="seen it", at=SEEN)
FIRST = [
    "Ada", "Bo", "Cyd", "Dan", "Eva", "Flo", "Gus", "Hal", "Ida", "Jon",
    "Kim", "Leo", "Mia", "Ned", "Oda", "Pia", "Rex", "Sam", "Tea", "Una",
]  # fmt: skip
LAST = [
    a + b
    for a in ["Lind", "Berg", "Holm", "Wood", "Stone", "Hart", "Falk", "Moss", "Rask"]
    for b in ("", "son", "er", "ing", "well")
]


def invented(world: World, persons: int, doubled: int) -> tuple[list[tuple[UUID, UUID]], list[UUID]]:
    """Persons with four songs each; of the first so many a second row, a letter less, on two of the songs."""
    dice = random.Random(7)
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    dice.shuffle(names)
    twice, everybody = [], []
    for number, name in enumerate(names[:persons]):
        artist = f"Artist {number % 40}"
        songs = [world.track(f"{name} {n}", artist=artist, album=f"{artist} {number}") for n in range(4)]
        one = world.producer(name)
        everybody.append(one)
        for song in songs[:3]:
            world.claim(song, one)
        if number < doubled:
            cut = dice.randrange(1, len(name) - 1)
            other = world.producer(name[:cut] + name[cut + 1 :], qualifier=" (b)")
            for song in songs[2:]:
                world.claim(song, other, source="list", by_name=True)
            twice.append((one, other))
    return twice, everybody


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def kept(world: World) -> set[frozenset[UUID]]:
    rows = world.db.execute("select one_id, other_id from linernotes.scored_pairs").fetchall()
    return {frozenset(row) for row in rows}


def test_who_is_written_twice_is_found_and_only_suggested(world: World):
    with world.db.transaction():
        twice, _ = invented(world, 300, 40)
    found = compare_all(world.db, SEEN)
    true = {frozenset(pair) for pair in twice}
    assert (found.producers, found.suggestions) == (340, len(kept(world)))
    assert len(kept(world) & true) >= 20
    assert len(kept(world) & true) >= 0.9 * len(kept(world))
    assert world.db.execute("select count(*) from linernotes.producer_merges").fetchone() == (0,)
    told = {frozenset((s.producer_id, s.other_id)) for s in suggestions(world.db, limit=500)}
    assert kept(world) <= told
    by_comparison = [s for s in suggestions(world.db, limit=500) if COMPARED in s.reasons]
    assert {frozenset((s.producer_id, s.other_id)) for s in by_comparison} <= kept(world)
    again = compare_all(world.db, SEEN)
    assert again == found


def test_the_limit_is_learnt_from_merges_and_from_ids_that_differ(world: World):
    with world.db.transaction():
        twice, everybody = invented(world, 300, 60)
        for number, producer in enumerate(everybody):
            world.external_id(producer, "musicbrainz", str(number))
        for one, other in twice[:30]:
            decisions.merge(world.db, other, one, BY_ME)
        # Two of one name and one circle whom ids tell apart.
        for number, producer in enumerate(everybody[100:130], start=100):
            song = world.track(f"Shared {number}", artist=f"Artist {number % 40}")
            namesake = world.producer(world.name_of(producer), qualifier=" (c)")
            world.claim(song, namesake)
            world.external_id(namesake, "musicbrainz", f"namesake {number}")
    found = compare_all(world.db, SEEN)
    assert found.threshold.same == 30
    assert found.threshold.different >= 20
    if found.threshold.precision is not None:
        assert found.threshold.precision >= 0.9
    merged = {frozenset(pair) for pair in twice[:30]}
    assert not kept(world) & merged
    for pair in kept(world):
        assert len(pair & set(everybody)) < 2  # two ids of one scheme are two people


def test_what_people_decide_after_a_comparison_is_not_suggested_any_more(world: World):
    with world.db.transaction():
        invented(world, 300, 40)
    compare_all(world.db, SEEN, limit=0.2)
    (apart, one), (joined, into) = [tuple(pair) for pair in sorted(kept(world), key=sorted)[:2]]
    decisions.keep_apart(world.db, apart, one, BY_ME)
    decisions.merge(world.db, joined, into, BY_ME)
    told = {frozenset((s.producer_id, s.other_id)) for s in suggestions(world.db, limit=500) if COMPARED in s.reasons}
    assert not told & {frozenset((apart, one)), frozenset((joined, into))}
    compare_all(world.db, SEEN, limit=0.2)
    assert not kept(world) & {frozenset((apart, one)), frozenset((joined, into))}


def test_too_few_people_are_told_so(world: World):
    with world.db.transaction():
        invented(world, 10, 2)
    with pytest.raises(UsageError, match="12 producers are too few to learn from; 50 are needed"):
        compare_all(world.db, SEEN)


def test_a_base_of_names_that_never_meet_has_no_pairs():
    words = [f"{chr(97 + n % 26) * 5}{chr(97 + n // 26) * 7}" for n in range(80)]
    alone = [{"id": w, "name": w, "last_word": w, "sound": w, "artists": [w], "recordings": [w]} for w in words]
    assert scored(alone) == {}


def test_without_the_extra_a_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(UsageError, match=r"pip install 'linernotes\[resolve\]'"):
        scored([])


def test_the_command_tells_what_it_learnt_and_found(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    with world.db.transaction():
        invented(world, 120, 30)
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    people_cli.resolve(least=None, json=False)
    said = capsys.readouterr()
    assert "150 producers compared" in said.err + said.out
    assert "Too few pairs are known to be one person" in said.err + said.out
    people_cli.resolve(least=0.3, json=True)
    found = json.loads(capsys.readouterr().out)
    assert set(found) == set(Resolved.__dataclass_fields__)
