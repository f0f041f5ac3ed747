"""Following a discovery: what was asked for, what still waits for it, what was found so far, and whether it is over.

A discovery is followed by its artists. Work that another discovery of the same artist began counts for both, and
nothing has to be carried from message to message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound
from linernotes.queries import load_queries
from linernotes.search import Db, rows_of
from linernotes.search.discovered import Summary, summary_of
from linernotes.search.paging import Page, checked_limit, page_of, place_after

SQL = load_queries("linernotes.search", "discoveries.sql")

SOON = timedelta(seconds=60)
"""What waits for longer is put off, not under way."""


class State(StrEnum):
    """How a discovery stands. put_off: all that is left waits for a source; failed: no artist was found."""

    WORKING = "working"
    PUT_OFF = "put_off"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedArtist:
    """An artist who was asked for. state: waiting, found, not_found (the source knows nobody of that name), failed
    (given up, why says what happened), or unknown (nothing waits and nothing was found)."""

    name: str
    state: str
    artist_id: UUID | None
    artist: str | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueShare:
    """What waits on a queue for the discovery: now, or hidden (in hand, put off or parked) until next_at."""

    queue: str
    waiting: int
    hidden: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A discovery as it stands. sent: artists who were not on their way or done already.

    given_up counts the dead letters of its artists since it began.
    """

    id: UUID
    source: str
    state: State
    sent: int
    asked_by: str
    started_at: datetime
    cancelled_at: datetime | None
    artists: tuple[AskedArtist, ...]
    queues: tuple[QueueShare, ...]
    found: Summary
    given_up: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryListed:
    """A discovery as it was asked for."""

    id: UUID
    source: str
    names: list[str]
    asked_by: str
    started_at: datetime
    cancelled_at: datetime | None


def discovery(db: Db, id_: UUID, now: datetime) -> Discovery:
    """How a discovery stands, in five statements. Raises NotFound.

    Work goes on between the statements. What waits is asked first, in one statement: when that is nothing, nothing
    more comes, and what the later ones tell is final. Whether it was stopped is asked last.
    """
    queues = rows_of(db, QueueShare, SQL["waiting"], {"id": id_, "now": now})
    with db.cursor(row_factory=dict_row) as rows:
        artists = rows.execute(SQL["artists"], {"id": id_}).fetchall()
        ids = sorted({id for artist in artists for id in artist["artist_ids"]})
        given_up = rows.execute(SQL["given_up"], {"id": id_, "artists": ids}).fetchone()
        asked = rows.execute(SQL["discovery"], {"id": id_}).fetchone()
    if asked is None:
        raise NotFound(f"No discovery has the id {id_}. GET /v1/discoveries lists them.")
    told = tuple(_told(artist, queues) for artist in artists)
    return Discovery(
        **asked,
        state=_state(asked, told, queues, now),
        artists=told,
        queues=tuple(queues),
        found=summary_of(db, asked["source"], ids),
        given_up=given_up["letters"] if given_up else 0,
    )


def discoveries(db: Db, *, limit: int = 20, cursor: str | None = None) -> Page[DiscoveryListed]:
    """A page of all discoveries, the latest first."""
    place = place_after(cursor, "discoveries", (str, UUID))
    after = dict(zip(("at", "after_id"), place or (None, None), strict=True))
    asked = {"limit": checked_limit(limit) + 1, "begun": place is not None, **after}
    found = rows_of(db, DiscoveryListed, SQL["discoveries"], asked)
    return page_of(found, limit, "discoveries", lambda d: [d.started_at.isoformat(), d.id], lambda d: d)


def _told(artist: dict[str, Any], queues: Sequence[QueueShare]) -> AskedArtist:
    if artist["waits"]:
        state = "waiting"
    elif artist["artist_ids"]:
        state = "found"
    elif artist["error_class"] is not None:
        state = "not_found" if artist["error_class"] == "NotFound" else "failed"
    else:
        state = "unknown"
    found = state == "found"
    return AskedArtist(
        name=artist["name"],
        state=state,
        artist_id=artist["artist_ids"][0] if found else None,
        artist=artist["artist"] if found else None,
        why=artist["error"] if state in ("not_found", "failed") else None,
    )


def _state(
    asked: dict[str, Any], artists: Sequence[AskedArtist], queues: Sequence[QueueShare], now: datetime
) -> State:
    if asked["cancelled_at"] is not None:
        return State.CANCELLED
    if any(share.waiting for share in queues):
        return State.WORKING
    times = [share.next_at for share in queues if share.next_at is not None]
    if times:
        return State.PUT_OFF if min(times) > now + SOON else State.WORKING
    return State.DONE if any(artist.state == "found" for artist in artists) else State.FAILED
