"""How two people are connected: the fewest recordings that lead from one to the other, each with its evidence.

The search goes out from both ends at once, a statement a step, and looks at so many people at most. What it did not
find within that is said to be unknown, not to be absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, rows_of
from linernotes.search.producers import find_producer

SQL = load_queries("linernotes.search", "paths.sql")

MOST_HOPS = 6
"""Longer chains tell nothing."""

MOST_PEOPLE = 5_000
"""How many people are looked at, from both ends together."""

_FRONTIER = 400  # of whom one step asks who else is on their recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A recording that credits two people, as one of its tracks, and the credits of both with their confidences."""

    from_id: UUID
    from_name: str
    from_role: str
    from_credit_id: UUID
    from_confidence: float
    to_id: UUID
    to_name: str
    to_role: str
    to_credit_id: UUID
    to_confidence: float
    track_id: UUID
    track: str
    artist: str
    album: str
    year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The chain from one to the other, None when none was found, empty when they are one person.

    complete: everybody within six hops was looked at, so that no chain means that the base knows none that short.
    """

    hops: tuple[Hop, ...] | None
    looked_at: int
    complete: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """Over which track somebody was reached, and from whom."""

    whence: UUID
    track_id: UUID


def path(db: Db, a: UUID, b: UUID) -> Path:
    """The shortest chain of recordings from one producer to another. Raises NotFound for an unknown one.

    Among chains of one length it prefers surer credits. A chain through people with very many recordings may be
    missed, or a longer one found, where complete is False.
    """
    start, end = find_producer(db, str(a)).id, find_producer(db, str(b)).id
    if start == end:
        return Path(hops=(), looked_at=1, complete=True)
    reached: tuple[dict[UUID, _Step | None], dict[UUID, _Step | None]] = ({start: None}, {end: None})
    edges: list[list[UUID]] = [[start], [end]]
    complete = True
    for _ in range(MOST_HOPS):
        side = 0 if len(edges[0]) <= len(edges[1]) else 1
        complete &= len(edges[side]) <= _FRONTIER
        found, whole = _around(db, edges[side][:_FRONTIER])
        complete &= whole
        edges[side] = [person for person in found if person not in reached[side]]
        for person in edges[side]:
            reached[side][person] = found[person]
        meeting = [person for person in edges[side] if person in reached[1 - side]]
        looked_at = len(reached[0]) + len(reached[1])
        if meeting:
            return Path(hops=_hops(db, _chain(reached, meeting[0])), looked_at=looked_at, complete=complete)
        if looked_at > MOST_PEOPLE:
            return Path(hops=None, looked_at=looked_at, complete=False)
        if not edges[side]:
            break
    return Path(hops=None, looked_at=len(reached[0]) + len(reached[1]), complete=complete)


def _around(db: Db, people: Sequence[UUID]) -> tuple[dict[UUID, _Step], bool]:
    """Who is credited with any of these, the surest first; and whether all their recordings were looked at."""
    asked = {"people": list(people), "shown_from": SHOWN_FROM, "limit": MOST_PEOPLE}
    with db.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(SQL["around"], asked).fetchall()
    whole = len(rows) < MOST_PEOPLE and not any(r["cut"] for r in rows[:1])
    return {r["producer_id"]: _Step(r["whence"], r["track_id"]) for r in rows}, whole


def _chain(reached: Sequence[Mapping[UUID, _Step | None]], meeting: UUID) -> list[tuple[UUID, UUID, UUID]]:
    """(from, track, to) for every hop, in order."""
    there: list[tuple[UUID, UUID, UUID]] = []
    person = meeting
    while (step := reached[0][person]) is not None:
        there.append((step.whence, step.track_id, person))
        person = step.whence
    there.reverse()
    person = meeting
    while (step := reached[1][person]) is not None:
        there.append((person, step.track_id, step.whence))
        person = step.whence
    return there


def _hops(db: Db, chain: Sequence[tuple[UUID, UUID, UUID]]) -> tuple[Hop, ...]:
    asked = {
        "from": [hop[0] for hop in chain],
        "tracks": [hop[1] for hop in chain],
        "to": [hop[2] for hop in chain],
        "shown_from": SHOWN_FROM,
    }
    return tuple(rows_of(db, Hop, SQL["hops"], asked))
