"""When two spellings are one person, as it was decided; and what sources said that could not be used.

People are one by a shared id alone (P2). What follows from that is listed here for people to judge: spellings that
an id holds together, and names that look like one person and are kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linernotes.queries import load_queries
from linernotes.search import Db, rows_of

SQL = load_queries("linernotes.search", "people.sql")

ALIKE = 0.8
"""Names with this share of letter groups (trigrams) in common, 0 to 1, are listed as near spellings."""

_INDEX_LIKENESS = 0.4
"""What two letters' difference can leave of the likeness of two names of eight letters."""

_EXAMINED = 3_000
"""How many names near spellings are looked for of: those with most credits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDecision:
    """Two spellings and whether they are one person.

    decision: ``one person`` or ``kept apart``. common_recordings counts recordings that credit both, None for one
    person. The ids are equal for one person. known_for names the two artists whose tracks credit each most often.
    """

    decision: str
    name: str
    other_name: str
    reason: str
    common_recordings: int | None
    producer_id: UUID
    other_id: UUID
    known_for: list[str] | None
    other_known_for: list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemNoted:
    """Something a source said that could not be used; record is where it stands in the source."""

    source: str
    record: str
    kind: str
    detail: str
    entity_type: str | None
    entity_id: UUID | None
    first_seen_at: datetime
    last_seen_at: datetime


def name_decisions(db: Db, limit: int = 200) -> list[NameDecision]:
    """Spellings held as one, then namesakes and look-alikes kept apart, then near spellings; `limit` of each kind."""
    asked = {"limit": limit, "likeness": str(_INDEX_LIKENESS), "examined": _EXAMINED, "alike": ALIKE}
    with db.transaction():
        db.execute(SQL["look_further"], asked)
        lists = ("held_as_one", "kept_apart", "near_spellings")
        return [row for name in lists for row in rows_of(db, NameDecision, SQL[name], asked)]


def problems(db: Db, source: str | None = None, limit: int = 200) -> list[ProblemNoted]:
    """What could not be used of what sources said, the latest first."""
    return rows_of(db, ProblemNoted, SQL["problems"], {"source": source, "limit": limit})
