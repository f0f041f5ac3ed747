"""Starting and stopping a discovery that somebody else works on: the workers, wherever they run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from linernotes.errors import NotFound, UsageError
from linernotes.model.artist_ids import artist_id_of
from linernotes.model.names import search_key
from linernotes.model.source import Source
from linernotes.queries import load_queries
from linernotes.services.discovery import Start, send_starts, starts

SQL = load_queries("linernotes.services", "discoveries.sql")

MOST_NAMES = 50
"""Artists of one discovery."""


async def asked_for(source: Source, names: Sequence[str]) -> list[Start]:
    """The messages that begin it, one a name, in order. Raises NotFound for a name that a local source lacks, and
    UsageError for one that is none."""
    try:
        for name in names:
            search_key(name)
            name.encode()
    except ValueError:
        raise UsageError("Give the artists' names: each has at least one visible character.") from None
    return await starts(source, names)


def start(db: Connection[Any], source: Source, messages: Sequence[Start], *, by: str, now: datetime) -> UUID:
    """Send what is not on its way or done already, and note what was asked, both or neither. Returns the id."""
    names = [str(message.body["artistName"]) for message in messages]
    ids = [artist_id_of(name) for name in names]
    with db.transaction():
        sent = send_starts(db, messages, now)
        row = db.execute(
            SQL["start"],
            {
                "source": source.name,
                "names": names,
                "keys": [message.key for message in messages],
                "search_keys": ["" if id else search_key(name) for name, id in zip(names, ids, strict=True)],
                "schemes": [id.scheme if id else "" for id in ids],
                "values": [id.value if id else "" for id in ids],
                "sent": sent,
                "by": by,
                "now": now,
            },
        ).fetchone()
    assert row is not None
    made: UUID = row[0]
    return made


def cancel(db: Connection[Any], id_: UUID, *, by: str, now: datetime) -> int:
    """Take its messages off the queues; how many. What was found stays. Raises NotFound, and UsageError when it was
    stopped before."""
    row = db.execute(SQL["cancel"], {"id": id_, "by": by, "now": now}).fetchone()
    if row is not None and row[0] is not None:
        return int(row[0])
    if db.execute(SQL["known"], {"id": id_}).fetchone() is None:
        raise NotFound(f"No discovery has the id {id_}.")
    raise UsageError("This discovery was stopped before.")
