"""New albums of known artists: sending for their lists again when the time has come (rule F5).

A message an artist and source goes to album_discovery; of what the list holds, only albums that have no tracks yet
are read. The schedule is `pipeline/freshness.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from linernotes.model.message import Queue
from linernotes.queries import load_queries
from linernotes.queues.belt import send_bodies

SQL = load_queries("linernotes.services", "new_releases.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueArtist:
    """An artist whose list of albums a source should be asked for again."""

    artist_id: UUID
    source: str
    due_at: datetime


def due_artists(
    db: Connection[Any], now: datetime, limit: int, sources: Sequence[str] | None = None
) -> list[DueArtist]:
    """Whose lists are due now, the longest due first. sources: only those that are on; None for all."""
    named = None if sources is None else list(sources)
    with db.cursor(row_factory=class_row(DueArtist)) as cursor:
        return cursor.execute(SQL["due"], {"now": now, "limit": limit, "sources": named}).fetchall()


def send_for_new_albums(db: Connection[Any], artists: Sequence[DueArtist], now: datetime) -> int:
    """Send one message for each, in one transaction with the note that it was sent; how many went out.

    Kept answers about these artists end, so that the sources are really asked.
    """
    ids, sources = [one.artist_id for one in artists], [one.source for one in artists]
    with db.transaction():
        db.execute(SQL["expire"], {"artists": ids, "sources": sorted(set(sources)), "now": now})
        db.execute(SQL["looked"], {"artists": ids, "sources": sources, "now": now})
        return send_bodies(db, Queue.ALBUM_DISCOVERY, [_message(one) for one in artists], now)


def _message(one: DueArtist) -> dict[str, Any]:
    crawl = f"{one.source}/again/{one.due_at:%Y-%m-%d}"
    body = {"artistId": str(one.artist_id), "offset": 0, "source": one.source, "crawl": crawl, "newOnly": True}
    return {"key": f"artist:{one.artist_id}#{crawl}", "body": body}
