"""Who may be one person under two names, for people to judge (P2); and what was judged so far.

The database finds names that come near each other; `pipeline/credits/likeness.py` tells how near, and why. Nothing is
merged here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.pipeline.credits.likeness import Known, Verdict, likeness_of, schemes_in_conflict
from linernotes.queries import load_queries
from linernotes.search import Db, rows_of

SQL = load_queries("linernotes.search", "suggestions.sql")

EXAMINED = 2_000
"""How many producers suggestions are looked for of: those with most credits."""
_EACH = 10
"""How many names are taken of each kind of nearness, and how many names of one person are compared."""
COMPARED = "name, artists and recordings together (people resolve)"
_MANY = 1_000
"""More recordings in common than ever matter: names that are too far apart even then are not counted for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two producers who may be one person. score: 0 to 1, how sure the names and common recordings make it."""

    name: str
    other_name: str
    score: float
    verdict: str
    reasons: tuple[str, ...]
    common_recordings: int
    producer_id: UUID
    other_id: UUID
    known_for: tuple[str, ...]
    other_known_for: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeShown:
    """A merge as it was made, and undone; or a decision that two are two, made and undone at one moment."""

    id: int
    merged: str
    merged_id: UUID
    into: str
    into_id: UUID
    at: datetime
    by: str
    why: str
    automatic: bool
    undone_at: datetime | None
    undone_by: str | None
    undone_why: str | None

    @property
    def state(self) -> str:
        """In a word: merged, undone, or kept apart."""
        if self.undone_at is None:
            return "merged"
        return "kept apart" if self.undone_at == self.at else "undone"


@dataclass(frozen=True, slots=True)
class _Person:
    known: Known
    known_for: tuple[str, ...]


def suggestions(
    db: Db, producer: UUID | None = None, *, examined: int = EXAMINED, limit: int = 50
) -> list[Suggestion]:
    """Pairs to look at, the surest first; of one producer, or of those with most credits."""
    asked = {"producer": producer, "examined": examined, "each": _EACH}
    with db.transaction():
        pairs = [(row[0], row[1]) for row in db.execute(SQL["candidates"], asked)]
        people = _people(db, {id_ for pair in pairs for id_ in pair})
        near = [pair for pair in pairs if _likely(people, pair, _MANY)]
        found = [
            made
            for (one, other), in_common in zip(near, _in_common(db, near), strict=True)
            if (made := _suggestion(people, one, other, in_common)) is not None
        ]
        found += _scored(db, producer, {(s.producer_id, s.other_id) for s in found}, limit)
    found.sort(key=lambda s: (-s.score, -s.common_recordings, s.name, s.other_name, s.producer_id, s.other_id))
    return found[:limit]


def _scored(db: Db, producer: UUID | None, told: set[tuple[UUID, UUID]], limit: int) -> list[Suggestion]:
    """What the last comparison of the whole base found and names alone do not tell."""
    rows = db.execute(SQL["scored"], {"producer": producer, "limit": limit + len(told)}).fetchall()
    scores = {(row[0], row[1]): float(row[2]) for row in rows if (row[0], row[1]) not in told}
    people = _people(db, {id_ for pair in scores for id_ in pair})
    pairs = [pair for pair in scores if not schemes_in_conflict(*(people[id_].known.ids for id_ in pair))]
    return [
        _told(people, pair, "maybe", round(scores[pair], 2), (COMPARED,), in_common)
        for pair, in_common in zip(pairs, _in_common(db, pairs), strict=True)
    ]


def merges(db: Db, limit: int = 200) -> list[MergeShown]:
    """What was merged, undone and kept apart, the latest first."""
    return rows_of(db, MergeShown, SQL["merges"], {"limit": limit})


def _people(db: Db, ids: Iterable[UUID]) -> dict[UUID, _Person]:
    with db.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(SQL["people"], {"ids": list(ids), "names": _EACH}).fetchall()
    return {
        row["id"]: _Person(
            Known(name=row["name"], other_names=row["other_names"], ids=row["ids"], kind=row["kind"]),
            tuple(row["known_for"]),
        )
        for row in rows
    }


def _likely(people: dict[UUID, _Person], pair: tuple[UUID, UUID], in_common: int) -> bool:
    one, other = (people[id_].known for id_ in pair)
    return likeness_of(one, other, in_common=in_common).verdict is not Verdict.DIFFERENT


def _in_common(db: Db, pairs: list[tuple[UUID, UUID]]) -> list[int]:
    rows = db.execute(SQL["in_common"], {"ones": [a for a, _ in pairs], "others": [b for _, b in pairs]}).fetchall()
    counted = {(row[0], row[1]): int(row[2]) for row in rows}
    return [counted[pair] for pair in pairs]


def _suggestion(people: dict[UUID, _Person], one: UUID, other: UUID, in_common: int) -> Suggestion | None:
    a, b = people[one], people[other]
    likeness = likeness_of(a.known, b.known, in_common=in_common)
    if likeness.verdict is Verdict.DIFFERENT:
        return None
    return _told(people, (one, other), str(likeness.verdict), likeness.score, likeness.reasons, in_common)


def _told(
    people: dict[UUID, _Person],
    pair: tuple[UUID, UUID],
    verdict: str,
    score: float,
    reasons: tuple[str, ...],
    in_common: int,
) -> Suggestion:
    one, other = pair
    a, b = people[one], people[other]
    return Suggestion(
        name=a.known.name,
        other_name=b.known.name,
        score=score,
        verdict=verdict,
        reasons=reasons,
        common_recordings=in_common,
        producer_id=one,
        other_id=other,
        known_for=a.known_for,
        other_known_for=b.known_for,
    )
