"""Every claim about one recording, side by side: what the sources said, before it is weighed.

How a claim counts for a credit, and why, is in `evidence`; here nothing is left out and nothing is concluded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from linernotes.queries import load_queries
from linernotes.search import Db, rows_of

SQL = load_queries("linernotes.search", "claims.sql")

MOST_CLAIMS = 500
"""How many claims of one recording are listed."""

Subject = tuple[UUID, str]
"""A producer and a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMade:
    """One source's word. strength is its weight alone, 0 to 1; by_name: the source knows the name without an id."""

    role: str
    role_class: str
    producer_id: UUID
    producer: str
    source: str
    family: str
    record: str
    url: str | None
    raw_role: str
    credited_as: str
    name_key: str
    scope: str
    by_name: bool
    strength: float
    first_seen_at: datetime
    last_seen_at: datetime


def claims_on(db: Db, recording_id: UUID | None) -> list[ClaimMade]:
    """Every claim about a recording by role, the strongest first; none for a track without a recording."""
    if recording_id is None:
        return []
    asked = {"recording_id": recording_id, "limit": MOST_CLAIMS}
    return rows_of(db, ClaimMade, SQL["on_recording"], asked)


def by_subject(claims: Sequence[ClaimMade]) -> Mapping[Subject, list[ClaimMade]]:
    """The claims of each producer in each role.

    A name without an id counts for the one person whom another source identifies by that name on the recording (P7).
    """
    known: dict[str, set[UUID]] = defaultdict(set)
    for claim in claims:
        if not claim.by_name:
            known[claim.name_key].add(claim.producer_id)
    found: dict[Subject, list[ClaimMade]] = defaultdict(list)
    for claim in claims:
        meant = known[claim.name_key] if claim.by_name else set()
        found[next(iter(meant)) if len(meant) == 1 else claim.producer_id, claim.role].append(claim)
    return found
