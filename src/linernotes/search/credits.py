"""All credits of one producer, page by page: each recording once in each role, on the first album that carried it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linernotes.errors import UsageError
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, rows_of
from linernotes.search.evidence import evidence_of
from linernotes.search.finding import FIRST_YEAR, LAST_YEAR
from linernotes.search.paging import Page, checked_limit, page_of, place_after
from linernotes.search.producers import find_producer, role_word, roles_asked

__all__ = ["CreditListed", "credits_of", "evidence_of"]

SQL = load_queries("linernotes.search", "credits.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditListed:
    """A credit of a producer; id leads to the evidence. Flags as in `profile.CreditShown`."""

    id: UUID
    role: str
    track_id: UUID
    track: str
    artist_id: UUID
    artist: str
    album_id: UUID
    album: str
    release_date: str | None
    released: date | None
    isrc: str | None
    confidence: float
    verified: bool
    inherited: bool
    conflict: bool
    scope: str
    credited_as: str | None
    sources: list[str]


def credits_of(
    db: Db,
    producer_id: UUID,
    *,
    role: str | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    verified: bool | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CreditListed]:
    """A page of a producer's credits, the newest recording first, those without a date last.

    role is a code or a class; the years, both included, are those of the first release. Raises NotFound for an
    unknown producer, UsageError for an unknown role, a year or limit that cannot be, or a cursor of another question.
    """
    first, last = year_from or FIRST_YEAR, year_to or LAST_YEAR
    if not FIRST_YEAR <= first <= last <= LAST_YEAR:
        raise UsageError(
            f"Years are from {FIRST_YEAR} to {LAST_YEAR}, the first not after the last: {first}, {last}."
        )
    word = role_word(role) if role is not None else None
    question = f"credits of {producer_id} {word} {year_from} {year_to} {verified}"
    place = place_after(cursor, question, (date, str, UUID))
    after = dict(zip(("after", "after_track", "after_id"), place or (None, None, None), strict=True))
    asked = {
        "id": producer_id,
        "shown_from": SHOWN_FROM,
        "role": word,
        "dated": year_from is not None or year_to is not None,
        "from": date(first, 1, 1),
        "to": date(last, 12, 31),
        "verified": verified,
        "begun": place is not None,
        "limit": checked_limit(limit) + 1,
        **after,
    }
    found = rows_of(db, CreditListed, SQL["credits_of"], asked, prepare=False)
    if not found:
        find_producer(db, str(producer_id))  # nothing is found of somebody who is not there, and in no such role
        if role is not None:
            roles_asked(db, role)
    return page_of(found, limit, question, lambda c: [c.released, c.track, c.id], lambda c: c)
