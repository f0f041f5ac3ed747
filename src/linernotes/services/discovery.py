"""One discovery from its first message to the end: send the artists, then work until nothing is left to do.

The queues are everybody's: a discovery works on whatever waits there, and other processes may work on its messages.
Killing it loses nothing; starting it again goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import Connection

from linernotes.errors import DatabaseError, NotFound, first_line
from linernotes.model.catalogue import ArtistFact
from linernotes.model.message import Queue
from linernotes.model.names import name_key
from linernotes.model.source import Source
from linernotes.pipeline.artist_discovery import chosen
from linernotes.pipeline.body import DEFAULT_CATALOGUE
from linernotes.pipeline.shell import Tally
from linernotes.queues.belt import Depth, Pool, send_bodies
from linernotes.services.hands import open_hands
from linernotes.services.refreshing import refresh_search
from linernotes.services.worker import Worker
from linernotes.settings import Settings

FOLLOW_FOR = timedelta(seconds=60)
"""What is put off for longer than this is left to a later run."""

GIVE_THE_DATABASE = timedelta(seconds=30)
"""How long a database may be away, to restart or to recover, before a discovery gives up waiting for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """An artist to discover: the key under which it is done once, and the message."""

    key: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended: what it did, and what is still waiting with the time from which it can go on."""

    tally: Tally
    waiting: int
    next_at: datetime | None


Progress = Callable[[Tally, Sequence[Depth], int], None]
"""Called a few times a second with what was done, what waits, and how many calls were made so far."""


async def starts(source: Source, names: Sequence[str]) -> list[Start]:
    """The messages that begin a discovery, one an artist.

    A local source (a file, the sample) is looked into at once, so that a name it lacks is told at once and an artist
    whose rows have not changed is not worked on again; a web source is asked later, by the stage. No names means
    everybody the source knows. Raises NotFound for a name that a local source lacks.
    """
    assert source.catalogue is not None
    if not names:
        return [_start(source, fact.name, fact) for fact in await source.catalogue.everyone()]
    if source.fresh_for is not None:
        return [_start(source, name, None) for name in names]
    found = []
    for name in names:
        fact = chosen(name, await source.catalogue.artists(name))
        if fact is None:
            raise NotFound(f"{source.name} has no artist named {name!r}.")
        found.append(_start(source, fact.name, fact))
    return found


def _start(source: Source, name: str, fact: ArtistFact | None) -> Start:
    body: dict[str, Any] = {"artistName": name, "source": source.locator}
    key = f"artist:name:{name_key(name)}"
    if source.locator != DEFAULT_CATALOGUE:
        key += f"|{source.name}"
    if fact is not None and fact.version:
        body["crawl"] = f"{source.name}/{fact.version}"
        key += f"#{fact.version}"
    return Start(key=key, body=body)


def send_starts(db: Connection[Any], messages: Sequence[Start], now: datetime | None = None) -> int:
    """Send them, each unless it is on its way or done and still fresh; how many went out."""
    rows = [{"key": m.key, "body": m.body} for m in messages]
    if now is None:  # by the database's clock, as the workers go
        row = db.execute("select clock_timestamp()").fetchone()
        assert row
        now = row[0]
    return send_bodies(db, Queue.ARTIST_DISCOVERY, rows, now)


async def work_until_drained(
    settings: Settings, url: str, *, worker: str, progress: Progress, web: bool = True
) -> Ending:
    """Work on all five queues until they are empty, or until what is left must wait longer than a minute."""
    async with open_hands(settings, url, worker=worker, web=web) as hands:
        pool, belt, shell = hands.pool, hands.belt, hands.shell
        last: list[Depth] = []
        calls_before = await calls_made(pool)
        seen_at = belt.now()

        async def watch() -> bool:
            nonlocal last, seen_at
            try:
                last = await belt.depths()
                calls = await calls_made(pool)
            except psycopg.OperationalError as error:
                if belt.now() - seen_at > GIVE_THE_DATABASE:
                    raise DatabaseError(
                        f"The database has been away for {GIVE_THE_DATABASE.seconds} s "
                        f"({first_line(error)}). "
                        "Nothing that was finished is lost: start it, and run the same command again to go on."
                    ) from None
                return False
            seen_at = belt.now()
            progress(shell.tally, last, calls - calls_before)
            return shell.in_hand == 0 and nothing_to_do(last, seen_at)

        await Worker(shell, url=url, concurrency=settings.concurrency).run(watch)
        with suppress(psycopg.Error):  # away this moment; whoever works next does it
            await refresh_search(pool, belt.now())
        waiting = sum(d.waiting for d in last)
        next_at = min((d.next_at for d in last if d.next_at), default=None)
        return Ending(tally=shell.tally, waiting=waiting, next_at=next_at)


async def calls_made(pool: Pool) -> int:
    """How many calls the web sources were asked in all, by all processes."""
    async with pool.connection() as connection:
        row = await (await connection.execute("select coalesce(sum(calls), 0) from linernotes.budgets")).fetchone()
    return int(row[0]) if row else 0


def nothing_to_do(depths: Sequence[Depth], now: datetime) -> bool:
    """Nothing is visible, and nothing hidden or parked can go on within a minute."""
    if any(d.visible for d in depths):
        return False
    return all(d.next_at is None or d.next_at > now + FOLLOW_FOR for d in depths)
