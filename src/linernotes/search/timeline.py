"""A producer's work year by year: how much of what, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, rows_of
from linernotes.search.producers import find_producer

SQL = load_queries("linernotes.search", "timeline.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfWork:
    """The recordings first released in a year (None: no date is known), and up to five of their artists."""

    year: int | None
    recordings: int
    produced: int
    written: int
    artists: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The years in order; those without work are left out, the undated recordings come last."""

    years: tuple[YearOfWork, ...]


def timeline(db: Db, id_: UUID) -> Timeline:
    """The years of one producer. Raises NotFound."""
    asked = {"id": find_producer(db, str(id_)).id, "shown_from": SHOWN_FROM}
    return Timeline(years=tuple(rows_of(db, YearOfWork, SQL["timeline"], asked)))
