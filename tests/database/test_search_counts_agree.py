"""What pages and the search say of people is what counting credits one by one gives, whatever became of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection
from psycopg.rows import class_row

from linernotes.database import decisions
from linernotes.database.decisions import Credited, Decision
from linernotes.search.collaboration import collaborators, network
from linernotes.search.producers import find_producer
from linernotes.search.profile import profile
from tests.factories import World

BY_ME = Decision(by="me", why="they told me", at=datetime(2026, 11, 22, tzinfo=UTC))
ROLES = ("producer", "composer", "mixer", "lyricist")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A credit that is shown, with what it is of."""

    producer_id: UUID
    recording_id: UUID
    track_id: UUID
    role: str
    artist_id: UUID
    released: date | None


def shown(db: Connection[Any]) -> list[Shown]:
    """Every credit that is shown; a track that is no known recording is one of its own."""
    with db.cursor(row_factory=class_row(Shown)) as rows:
        return rows.execute(
            """select c.producer_id, coalesce(t.recording_id, t.id) as recording_id, t.id as track_id, c.role,
                      b.artist_id, b.release_date as released
               from track_producers c join tracks t on t.id = c.track_id join albums b on b.id = t.album_id
               where c.confidence >= 0.5"""
        ).fetchall()


def any_base(world: World, chance: Random) -> list[UUID]:
    """Ten people, some of one name's beginning, on thirty recordings of which some are on several albums."""
    people = [world.producer(f"Person {number % 7}{'x' * (number // 7)}") for number in range(10)]
    for number in range(30):
        artist, year = f"Artist {number % 4}", 1990 + chance.randrange(30)
        song = world.track(f"Song {number}", artist=artist, album=f"{artist} in {year}", released=str(year))
        for copy in range(chance.choice((0, 0, 1, 2))):
            world.track(f"Song {number}", artist=artist, album=f"Hits {copy}", released=None, same_recording_as=song)
        for person in chance.sample(people, chance.randrange(1, 5)):
            for role in chance.sample(ROLES, chance.choice((1, 1, 2))):
                world.claim(song, person, role)
    world.conclude()
    alone = world.track("Of no recording", album="Alone")
    world.db.execute("update tracks set recording_id = null where id = %s", [alone])
    for person in people[:3]:
        world.db.execute(
            """insert into track_producers (track_id, producer_id, role, confidence, source)
               values (%s, %s, 'mixer', 0.9, 'by hand')""",
            [alone, person],
        )
    return people


def met(credits: Sequence[Shown], who: UUID) -> Mapping[UUID, set[UUID]]:
    """With whom somebody shares which recordings."""
    own = {credit.recording_id for credit in credits if credit.producer_id == who}
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for credit in credits:
        if credit.producer_id != who and credit.recording_id in own:
            found[credit.producer_id].add(credit.recording_id)
    return found


def in_pages(db: Connection[Any], who: UUID) -> list[tuple[Any, ...]]:
    """Everybody on the list of collaborators, two a page."""
    found, cursor = [], None
    while True:
        page = collaborators(db, who, limit=2, cursor=cursor)
        found += [(t.id, t.recordings, t.their_roles, t.own_roles, t.first_year, t.last_year) for t in page.items]
        cursor = page.next
        if cursor is None:
            return found


def expected(db: Connection[Any], credits: Sequence[Shown], who: UUID) -> list[tuple[Any, ...]]:
    """The same, counted one by one."""
    names = dict(db.execute("select id, name from producers").fetchall())
    own: dict[UUID, set[str]] = defaultdict(set)
    released: dict[UUID, date | None] = {}
    for credit in credits:
        if credit.producer_id == who:
            own[credit.recording_id].add(credit.role)
            known = [day for day in (released.get(credit.recording_id), credit.released) if day is not None]
            released[credit.recording_id] = min(known, default=None)
    rows = []
    for other, recordings in met(credits, who).items():
        theirs = {c.role for c in credits if c.producer_id == other and c.recording_id in recordings}
        years = [day.year for day in (released[recording] for recording in recordings) if day is not None]
        ours = {role for recording in recordings for role in own[recording]}
        rows.append(
            (other, len(recordings), sorted(theirs), sorted(ours), min(years, default=None), max(years, default=None))
        )
    return sorted(rows, key=lambda row: (-row[1], names[row[0]], row[0]))


def check(db: Connection[Any]) -> None:
    """Everything that is told of anybody is so."""
    while (row := db.execute("select linernotes.refresh_search(1000)").fetchone()) and row[0]:
        pass
    credits = shown(db)
    known = {credit.recording_id for credit in credits if credit.recording_id != credit.track_id}
    in_search = {
        row[0]: row[1:]
        for row in db.execute("select producer_id, recordings, artists, roles from linernotes.producer_search")
    }
    merged = {id_ for (id_,) in db.execute("select merged_id from linernotes.producer_redirects")}  # found as others
    for who in {credit.producer_id for credit in credits} - merged:
        own = [credit for credit in credits if credit.producer_id == who]
        roles = {role: len({c.recording_id for c in own if c.role == role}) for role in {c.role for c in own}}
        assert in_pages(db, who) == expected(db, credits, who)
        page = profile(db, find_producer(db, str(who)))
        shared = {other: len(recordings & known) for other, recordings in met(credits, who).items()}
        together = {other: count for other, count in shared.items() if count}
        assert {c.id: c.recordings for c in page.collaborators} == together
        assert {r.role: r.recordings for r in page.roles} == roles
        assert {n.id: n.recordings for n in network(db, who).nodes if n.distance} == together
        count = len({c.recording_id for c in own})
        assert in_search[who] == (count, len({c.artist_id for c in own}), roles)


@pytest.mark.parametrize("seed", range(3))
def test_after_every_decision_all_counts_are_what_counting_gives(db: Connection[Any], seed: int):
    world, chance = World(db), Random(seed)
    people = any_base(world, chance)
    check(db)
    one, other, third = chance.sample(people, 3)
    assert decisions.merge(db, one, other, BY_ME)
    check(db)
    of = next(c for c in shown(db) if c.producer_id == third and c.recording_id != c.track_id)
    credit = Credited(recording_id=of.recording_id, track_id=of.track_id, producer_id=third, role=of.role)
    assert decisions.reject_credit(db, credit, BY_ME)
    check(db)
    (live,) = decisions.live_merges(db, one, other)
    assert decisions.split(db, live.id, BY_ME)
    check(db)
    assert decisions.restore_credit(db, credit, BY_ME) == "rejection"
    check(db)
