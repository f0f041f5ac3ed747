"""Why a credit stands: every claim behind it, and how the confidence came about.

The numbers are computed again from the stored claims, by the rules that made the credit, and compared with the
credit. A claim that does not count (a second one of the same source family, one that a more specific claim
overrules) is shown all the same, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound
from linernotes.queries import load_queries
from linernotes.search import Db, rows_of
from linernotes.search.producers import Producer, find_producer
from linernotes.search.reasons import reasons_of
from linernotes.search.which_track import TrackFound, find_any_track, find_track, nothing_between, producer_beside

SQL = load_queries("linernotes.search", "evidence.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimShown:
    """One claim and its weight: strength = base x match, x share when another version of the work passes it on.

    by_name: the source knows the name without an id, and another source identifies who that is on this recording.
    by_spelling: it does, and spells the name differently (P7).
    overruled: said of the whole album where something more specific is said of this recording (S2).
    rejected: a person said that it is wrong. note: why a person added it by hand; record is who did.
    counts: the strongest of its family, so it is part of the confidence.
    """

    role: str
    source: str
    family: str
    record: str
    url: str | None
    raw_role: str
    credited_as: str
    scope: str
    base: float
    match: float
    share: float | None
    strength: float
    inherited_from: str | None
    by_name: bool
    by_spelling: bool
    overruled: bool
    rejected: bool
    counts: bool
    note: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    combined: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditStored:
    """A credit as it stands in the base."""

    role: str
    confidence: float
    verified: bool
    inherited: bool
    conflict: bool
    scope: str
    credited_as: str | None
    source: str
    sources: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """That somebody said a credit is wrong; with restored_at, that it was taken back."""

    role: str
    by: str
    at: datetime
    why: str
    restored_at: datetime | None
    restored_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEvidence:
    """One role: the credit (None when its claims led to none), the claims, and the reasons in sentences.

    computed is the confidence that the claims come to now, None without claims. rejections: the newest first.
    """

    role: str
    credit: CreditStored | None
    computed: float | None
    claims: tuple[ClaimShown, ...]
    rejections: tuple[Rejection, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A source that was asked about the recording and does not name the producer; claims counts whom it names."""

    source: str
    claims: int
    looked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known about one producer on one track."""

    track: TrackFound
    producer: Producer
    credits: tuple[CreditEvidence, ...]
    silent: tuple[Lookup, ...]


def evidence(db: Db, track: str, producer: str) -> Evidence:
    """What is known of a producer on a track, each named by id or name; a track also as `artist - title`.

    Raises NotFound when they have nothing to do with each other, saying who is credited there, and UsageError
    when several tracks or producers answer.
    """
    who = producer_beside(db, track, producer)
    return _between(db, find_track(db, track, who), who)


def evidence_of(db: Db, credit_id: UUID) -> Evidence:
    """What is known of the producer of one credit on its track; the credit's role comes first. Raises NotFound."""
    with db.cursor(row_factory=dict_row) as cursor:
        credit = cursor.execute(SQL["credit_by_id"], {"id": credit_id}).fetchone()
    if credit is None:
        raise NotFound(f"No credit has the id {credit_id}. Credits are concluded anew when claims change: list them.")
    found = _between(db, find_any_track(db, str(credit["track_id"])), find_producer(db, str(credit["producer_id"])))
    first = sorted(found.credits, key=lambda of_role: of_role.role != credit["role"])
    return replace(found, credits=tuple(first))


def _between(db: Db, what: TrackFound, who: Producer) -> Evidence:
    """What is known of a producer on a track. Raises NotFound, saying who is credited there instead."""
    asked = {"track_id": what.id, "recording_id": what.recording_id, "producer_id": who.id}
    stored = rows_of(db, CreditStored, SQL["credits"], asked)
    said = rows_of(db, ClaimShown, SQL["claims"], asked)
    refused = rows_of(db, Rejection, SQL["rejections"], asked)
    if not stored and not said and not refused:
        raise NotFound(nothing_between(db, what.track, what.id, who))
    silent = rows_of(db, Lookup, SQL["lookups"], {**asked, "sources": sorted({claim.source for claim in said})})
    return Evidence(track=what, producer=who, credits=tuple(_by_role(stored, said, refused)), silent=tuple(silent))


def _by_role(
    stored: Sequence[CreditStored], said: Sequence[ClaimShown], refused: Sequence[Rejection]
) -> list[CreditEvidence]:
    """Credits first in the order stored, then roles that are claimed but led to no credit, or were rejected."""
    claims = {role: tuple(of_role) for role, of_role in groupby(said, key=lambda claim: claim.role)}
    credits = {credit.role: credit for credit in stored}
    rejections = {role: tuple(of_role) for role, of_role in groupby(refused, key=lambda rejection: rejection.role)}
    return [
        CreditEvidence(
            role=role,
            credit=credits.get(role),
            computed=claims[role][0].combined if role in claims else None,
            claims=claims.get(role, ()),
            rejections=rejections.get(role, ()),
            reasons=reasons_of(credits.get(role), claims.get(role, ()), rejections.get(role, ())),
        )
        for role in dict.fromkeys([*credits, *claims, *rejections])
    ]
