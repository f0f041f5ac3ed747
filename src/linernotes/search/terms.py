"""What each source allows to be kept, for how long, and what has to stand beside what is shown of it."""

from __future__ import annotations

from dataclasses import dataclass

from linernotes.queries import load_queries
from linernotes.search import Db, rows_of

SQL = load_queries("linernotes.search", "terms.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTerms:
    """One source's terms: for how many hours an answer, and a row that no other source knows, may be kept, and what
    it said be shown. None is no limit.
    """

    source: str
    licence: str
    licence_url: str
    attribution: str | None
    answers_for_hours: int | None
    alone_for_hours: int | None
    shown_for_hours: int | None
    fields: list[str]
    note: str


def terms(db: Db) -> list[SourceTerms]:
    """The terms of every source, by name."""
    return rows_of(db, SourceTerms, SQL["terms"])
