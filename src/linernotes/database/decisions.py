"""What people decide: who is one person, and which credits are right or wrong (rules P2 to P4, C5).

Every decision says who made it, when and why, takes effect on the credits at once, and can be taken back. The SQL
stands in decisions.sql and functions/linernotes/; nothing a source says is changed by any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from linernotes.database.store import jsonb
from linernotes.model.names import display_name, name_key, search_key
from linernotes.queries import load_queries

SQL = load_queries("linernotes.database", "decisions.sql")
Db = Connection[Any]

BATCH = 500
"""Recordings that are concluded in one transaction: some tenths of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides, when, and why."""

    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMerge:
    """A merge in force: `merged` has been `into` since `at`."""

    id: int
    merged_id: UUID
    into_id: UUID
    merged: str
    into: str
    at: datetime
    why: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A credit that is not what its claims come to. what: missing, without a claim, differs."""

    track_id: UUID
    track: str
    producer_id: UUID
    producer: str
    role: str
    what: str
    stored: float | None
    concluded: float | None


def merge(db: Db, merged: UUID, into: UUID, decision: Decision) -> bool:
    """Hold two for one from now on; the first is found as the second. False when they are one already."""
    return _value(db, "merge", merged=merged, into=into, **_said(decision)) is not None


def different_ids(db: Db, one: UUID, other: UUID) -> list[str]:
    """The schemes by whose ids two producers are two people (P3)."""
    schemes: list[str] = _value(db, "different_ids", one=one, other=other)
    return schemes


def live_merges(db: Db, one: UUID, other: UUID | None = None) -> list[LiveMerge]:
    """The merges in force around the person that one is; with another, those that hold the two together.

    An id that was merged away means what was merged under it, so that one of several can be named.
    """
    with db.cursor(row_factory=class_row(LiveMerge)) as cursor:
        return cursor.execute(SQL["live_merges"], {"one": one, "other": other}).fetchall()


def split(db: Db, merge: int, decision: Decision) -> bool:
    """Undo a merge: every former credit is restored. False when it was undone already."""
    return bool(_value(db, "split", merge=merge, **_said(decision)))


def keep_apart(db: Db, one: UUID, other: UUID, decision: Decision) -> None:
    """Two are two people: they are neither suggested nor merged automatically any more."""
    _value(db, "keep_apart", one=one, other=other, **_said(decision))


def new_person(db: Db, name: str, at: datetime) -> UUID:
    """The producer of this name whom no source has an id for; made when there is none."""
    person = {"name": display_name(name), "name_key": name_key(name), "search_key": search_key(name), "ids": []}
    made: UUID = _value(db, "new_person", people=jsonb([person]), now=at)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """A credit that a decision is about."""

    recording_id: UUID
    track_id: UUID
    producer_id: UUID
    role: str


def add_credit(db: Db, credit: Credited, decision: Decision, url: str | None = None) -> None:
    """Say that somebody had this role on the recording. It wins over a rejection and is never overwritten."""
    _value(
        db,
        "add_credit",
        recording=credit.recording_id,
        track=credit.track_id,
        producer=credit.producer_id,
        role=credit.role,
        url=url,
        **_said(decision),
    )


def reject_credit(db: Db, credit: Credited, decision: Decision) -> bool:
    """Say that a credit is wrong: it is not shown, whoever claims it. False when it was rejected already."""
    about = {"recording": credit.recording_id, "producer": credit.producer_id, "role": credit.role}
    return bool(_value(db, "reject_credit", **about, **_said(decision)))


def restore_credit(db: Db, credit: Credited, decision: Decision) -> str | None:
    """Take back what was said by hand: `rejection` or `addition`, None when nothing was."""
    about = {"recording": credit.recording_id, "producer": credit.producer_id, "role": credit.role}
    taken_back: str | None = _value(db, "restore_credit", **about, by=decision.by, now=decision.at)
    return taken_back


# ---- every credit again, from the stored claims


def batches(db: Db, size: int = BATCH) -> Iterator[list[UUID]]:
    """All recordings, some at a time."""
    after: UUID | None = None
    while ids := [row[0] for row in db.execute(SQL["recordings_after"], {"after": after, "limit": size})]:
        yield ids
        after = ids[-1]


def reconclude(db: Db, recordings: list[UUID], now: datetime) -> None:
    """Conclude the credits of some recordings anew from what is stored, in one transaction."""
    with db.transaction():
        db.execute(SQL["reconclude"], {"recordings": recordings, "now": now})


def differences(db: Db, recordings: list[UUID]) -> list[Difference]:
    """Where the credits of some recordings are not what their claims come to. Changes nothing."""
    with db.cursor(row_factory=class_row(Difference)) as cursor:
        return cursor.execute(SQL["differences"], {"recordings": recordings}).fetchall()


def _said(decision: Decision) -> dict[str, Any]:
    return {"why": decision.why, "by": decision.by, "now": decision.at}


def _value(db: Db, name: str, **parameters: Any) -> Any:
    row = db.execute(SQL[name], parameters).fetchone()
    return row[0] if row else None
