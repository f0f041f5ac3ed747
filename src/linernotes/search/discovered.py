"""What a discovery has brought: counts, and the people behind most of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from linernotes.model.artist_ids import artist_id_of
from linernotes.model.names import search_key
from linernotes.queries import load_queries
from linernotes.search import Db, row_of, rows_of

SQL = load_queries("linernotes.search", "discovered.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the base holds of some artists from one source. produced counts recordings with a producer."""

    artists: int
    albums: int
    tracks: int
    recordings: int
    produced: int
    credits: int
    people: int
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProducer:
    """A person on these artists' recordings: how many they produced and wrote, and the kinds of links known."""

    producer: str
    produced: int
    wrote: int
    artists: int
    confidence: Decimal
    links: list[str] | None
    id: UUID


def summary(db: Db, source: str, names: Sequence[str]) -> Summary:
    """Counts over the artists of these names, or over all of the source's when there are none."""
    return _summary(db, _parameters(source, names))


def summary_of(db: Db, source: str, ids: Sequence[UUID]) -> Summary:
    """Counts over the artists of these ids, none when there are none."""
    return _summary(db, {**_parameters(source, []), "everything": False, "ids": list(ids)})


def _summary(db: Db, asked: Mapping[str, Any]) -> Summary:
    found = row_of(db, Summary, SQL["summary"], asked)
    assert found is not None
    return found


def found_producers(db: Db, source: str, names: Sequence[str], limit: int) -> list[FoundProducer]:
    """The people with most recordings of these artists, producers first."""
    return rows_of(db, FoundProducer, SQL["producers"], {**_parameters(source, names), "limit": limit})


def _parameters(source: str, names: Sequence[str]) -> dict[str, Any]:
    ids = [artist_id_of(name) for name in names]
    return {
        "source": source,
        "everything": not names,
        "ids": [],
        "keys": [search_key(name) for name, id in zip(names, ids, strict=True) if id is None],
        "schemes": [id.scheme for id in ids if id is not None],
        "values": [id.value for id in ids if id is not None],
    }
