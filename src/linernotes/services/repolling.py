"""Credits that arrive late: asking the sources again about tracks whose time has come (rule F5).

Only the credit sources are asked, a message a track; artists, albums and tracks are not read anew. The schedule is
`pipeline/freshness.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from linernotes.model.message import Queue
from linernotes.queries import load_queries
from linernotes.queues.belt import send_bodies

SQL = load_queries("linernotes.services", "repolling.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A track of which a source should be asked again. source is None when no source of the web knew the track."""

    track_id: UUID
    track: str
    artist_id: UUID
    artist: str
    album_id: UUID
    album: str
    release_date: date | None
    source: str | None
    looked_at: datetime
    due_at: datetime
    catalogue: str | None


def due(db: Connection[Any], now: datetime, limit: int, sources: Sequence[str] | None = None) -> list[Due]:
    """What is due now, the longest due first. sources: only those that are on; None for all."""
    named = None if sources is None else list(sources)
    with db.cursor(row_factory=class_row(Due)) as cursor:
        return cursor.execute(SQL["due"], {"now": now, "limit": limit, "sources": named}).fetchall()


def send_due(db: Connection[Any], tracks: Sequence[Due], now: datetime) -> int:
    """Send one message for each track, whichever sources it is due for; how many went out.

    What was sent for the same due date already is not sent again. Kept answers about these tracks end, so that the
    sources are really asked.
    """
    first: dict[UUID, Due] = {}
    for one in tracks:
        first.setdefault(one.track_id, one)
    with db.transaction():
        sources = sorted({name for one in tracks for name in (one.source, one.catalogue) if name})
        db.execute(SQL["expire"], {"tracks": list(first), "sources": sources, "now": now})
        return send_bodies(db, Queue.PRODUCER_IDENTIFICATION, [_message(one) for one in first.values()], now)


def _message(one: Due) -> dict[str, Any]:
    version = f"due/{one.due_at:%Y-%m-%d}"
    body = {
        "trackId": str(one.track_id),
        "trackName": one.track,
        "albumId": str(one.album_id),
        "artistId": str(one.artist_id),
        "source": one.catalogue or one.source,
        "crawl": version,
    }
    return {"key": f"track:{one.track_id}#{version}", "body": body}
