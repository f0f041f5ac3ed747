"""What is explained of a credit is what made it: two statements weigh the claims, and come to one confidence."""

from __future__ import annotations

import random

import pytest

from linernotes.database.decisions import Credited, Decision, keep_apart, merge, reject_credit
from linernotes.errors import UsageError
from linernotes.search.evidence import evidence
from tests.factories import SEEN, World

NAMES = ["Boi-1da", "Boi1da", "BOI 1DA", "A.R.", "AR", "Ada Lind", "Ada  Lind", "Adá Lind", "Cy Fox"]
VERSIONS = ["original", "original", "remaster", "edit", "live"]
SOURCES = ["musicbrainz", "discogs", "file:a.csv", "file:b.csv", "text", "hand"]
ROLES = ["producer", "producer", "co_producer", "writer", "mastering"]
BY_ME = Decision(by="me", why="because", at=SEEN)


def crafted(world: World, dice: random.Random) -> None:
    """Versions of two songs, people of like names with and without ids, claims of every kind, decisions."""
    tracks = [
        world.track(f"Song {n % 2} {n}", work=f"Song {n % 2}", version=dice.choice(VERSIONS), album=f"Album {n}")
        for n in range(6)
    ]
    people = []
    for number, name in enumerate(dice.choices(NAMES, k=9)):
        producer = world.producer(name, qualifier=f" ({number})")
        if identified := dice.random() < 0.4:
            world.external_id(producer, "musicbrainz", str(number))
        people.append((producer, identified))
    for number in range(40):
        producer, identified = dice.choice(people)
        world.claim(
            dice.choice(tracks), producer, dice.choice(ROLES), source=dice.choice(SOURCES),
            scope=dice.choice(["recording", "recording", "work", "release"]), base=dice.choice([0.5, 0.7, 0.9, 0.95]),
            match=dice.choice([1.0, 0.85]), record=f"record {dice.randrange(4)}-{number}", by_name=not identified,
        )  # fmt: skip
    for _ in range(3):
        one, other = (p for p, _ in dice.sample(people, 2))
        decide = dice.choice([merge, keep_apart])
        decide(world.db, one, other, BY_ME)
    for track in dice.sample(tracks, 2):
        who, _ = dice.choice(people)
        credit = Credited(recording_id=world.recordings[track], track_id=track, producer_id=who, role="producer")
        reject_credit(world.db, credit, BY_ME)
    world.conclude()


@pytest.mark.parametrize("seed", range(12))
def test_the_evidence_of_every_credit_comes_to_its_confidence_and_names_its_sources(db, seed: int) -> None:
    world = World(db)
    with db.transaction():
        crafted(world, random.Random(seed))
    rows = db.execute(
        "select track_id::text, producer_id::text, role, confidence::float8, sources from track_producers"
    ).fetchall()
    assert rows
    for track, producer, role, confidence, sources in rows:
        (credit,) = [c for c in evidence(db, track, producer).credits if c.role == role]
        assert credit.computed == pytest.approx(confidence, abs=1e-4), (track, producer, role)
        told = {claim.source for claim in credit.claims if not claim.overruled and not claim.rejected}
        assert told == set(sources)


@pytest.mark.parametrize("seed", range(12))
def test_where_no_credit_stands_the_evidence_comes_to_none(db, seed: int) -> None:
    world = World(db)
    with db.transaction():
        crafted(world, random.Random(seed))
    credited = {
        tuple(row) for row in db.execute("select track_id::text, producer_id::text, role from track_producers")
    }
    pairs = db.execute(
        "select distinct t.id::text, linernotes.survivor_of(c.producer_id)::text from linernotes.claims c"
        " join public.tracks t on t.recording_id = c.recording_id"
    ).fetchall()
    for track, producer in pairs:
        try:
            found = evidence(db, track, producer)
        except UsageError:  # their name means somebody else there
            assert not [c for c in credited if c[:2] == (track, producer)]
            continue
        for credit in found.credits:
            assert (credit.computed is not None) == ((track, producer, credit.role) in credited)
