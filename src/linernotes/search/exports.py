"""The whole base as a table to take along: credits, producers or collaborations, row by row.

Rows come through a cursor on the server: an export of ten million credits needs the memory of a few thousand.
The order is the same every time, so that two exports can be compared.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db

SQL = load_queries("linernotes.search", "exports.sql")

_ROWS_AT_A_TIME = 2_000


class What(StrEnum):
    """What can be exported."""

    CREDITS = "credits"
    PRODUCERS = "producers"
    COLLABORATIONS = "collaborations"


COLUMNS: Mapping[What, Mapping[str, str]] = MappingProxyType(
    {
        What.CREDITS: {
            "track": "text",
            "artist": "text",
            "album": "text",
            "release_date": "text",
            "isrc": "text",
            "producer": "text",
            "producer_id": "text",
            "credited_as": "text",
            "role": "text",
            "confidence": "number",
            "verified": "yes_no",
            "sources": "text",
            "track_id": "text",
        },
        What.PRODUCERS: {
            "producer": "text",
            "producer_id": "text",
            "kind": "text",
            "aliases": "text",
            "recordings": "count",
            "produced": "count",
            "written": "count",
            "artists": "count",
            "roles": "text",
            "links": "text",
        },
        What.COLLABORATIONS: {
            "producer": "text",
            "producer_id": "text",
            "collaborator": "text",
            "collaborator_id": "text",
            "recordings": "count",
            "first_year": "count",
            "last_year": "count",
        },
    }
)
"""The columns of each export in their order, with the type of each: text, number, count or yes_no."""


def exports(db: Db, what: What, min_confidence: float = SHOWN_FROM) -> Generator[tuple[Any, ...]]:
    """The rows of an export, the values in the order of COLUMNS[what]; all of one moment.

    Credits below min_confidence (0 to 1) are left out and count for nobody. Who stops before the end closes it.
    """
    with db.transaction(), db.cursor(name=f"export_{what.value}") as cursor:
        cursor.itersize = _ROWS_AT_A_TIME
        cursor.execute(SQL[what.value], {"min_confidence": min_confidence})
        yield from cursor
