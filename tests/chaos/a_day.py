"""A day of the schedule in fast motion: artists arrive, sources fail and rest, workers and schedulers die.

Only the scheduled jobs do the work, so what they are set to is what is tried. Every minute is one step: the clock of
the database and of the processes moves on, what arrives is sent, and two schedulers look at the same moment. What was
sent is kept in a ledger of its own, and the tables are held against it at the end.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg_pool import AsyncConnectionPool

from linernotes.database.store import Store
from linernotes.errors import SourceBusy, SourceDown
from linernotes.model.catalogue import (
    AlbumFact,
    AlbumRef,
    ArtistFact,
    ArtistRef,
    Page,
    TrackFact,
    TrackRef,
)
from linernotes.model.claim import Claim, CreditAnswer, Level, Link, Match, Person, ProducerRef, Profile
from linernotes.model.message import Queue
from linernotes.pipeline.shell import Shell
from linernotes.queues.belt import Belt, send_bodies
from linernotes.services.hands import Hands
from linernotes.services.jobs import Jobs
from linernotes.services.scheduler import Scheduler
from tests.chaos.moving_clock import MovingClock
from tests.shelf import Only, ids

MINUTE = timedelta(minutes=1)
ALBUMS = 2
TRACKS = 3
PEOPLE = 40
NOBODY = "Nobody"
"""Artists of a name that begins so are known to no source."""


class Catalogue:
    """A source in memory. Of each artist whose name it is asked for it knows two albums of three tracks.

    It fails one call in `fails_one_in`, and says that it is busy while `busy_until` is ahead.
    """

    def __init__(self, chance: random.Random, now: Any) -> None:
        self._chance = chance
        self._now = now
        self.fails_one_in = 25
        self.busy_until: datetime | None = None
        self.failed = 0
        self.refused = 0

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        self._answer()
        return [] if name.startswith(NOBODY) else [ArtistFact(name=name, ids=ids(name))]

    async def everyone(self) -> Sequence[ArtistFact]:
        return []

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        self._answer()
        names = [f"{artist.name} {n}" for n in range(ALBUMS)]
        return Page(tuple(AlbumFact(name=n, ids=ids(n)) for n in names), None)

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        self._answer()
        names = [f"{album.name}/{n}" for n in range(TRACKS)]
        return Page(tuple(TrackFact(name=n, ids=ids(n), position=p) for p, n in enumerate(names, 1)), None)

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        self._answer()
        return CreditAnswer(claims={t.id: (self._claim(t),) for t in tracks})

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        self._answer()
        link = Link(kind="homepage", value="a.example", url="https://a.example", source_url="x", source_record_id="1")
        return {p.id: Profile(links=(link,)) for p in producers}

    def _claim(self, track: TrackRef) -> Claim:
        number = sum(track.name.encode()) % PEOPLE
        person = Person(name=f"Producer {number}", ids=ids(f"p{number}"))
        return Claim(
            person=person, raw_role="producer", level=Level.RECORDING, match=Match.SHARED_ID, record=track.name
        )

    def _answer(self) -> None:
        now = self._now()
        if self.busy_until is not None and now < self.busy_until:
            self.refused += 1
            raise SourceBusy("test", self.busy_until - now, "429")
        if self._chance.randrange(self.fails_one_in) == 0:
            self.failed += 1
            raise SourceDown("test", "no answer")


@dataclass(slots=True)
class Ledger:
    """What was sent and what was broken, kept apart from the product's own counts. depths: by hour, the longest."""

    artists: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    workers_killed: int = 0
    strangers: int = 0
    schedulers_killed: int = 0
    depths: dict[int, int] = field(default_factory=dict)


class Day:
    """The schedule under a moving clock."""

    def __init__(self, pool: AsyncConnectionPool[Any], db: Connection[Any], start: datetime, seed: int = 1) -> None:
        self.db = db
        self.chance = random.Random(seed)
        self.clock = MovingClock(db, start)
        self.start = start
        self.catalogue = Catalogue(self.chance, lambda: self.clock.now)
        self.ledger = Ledger()
        belt = Belt(pool, worker="the day", now=lambda: self.clock.now)
        self.doomed = Belt(pool, worker="doomed", now=lambda: self.clock.now)
        shell = Shell(belt, Store(pool), Only(self.catalogue), pool)
        self.hands = Hands(pool=pool, belt=belt, shell=shell, url=pool.conninfo, sources=("test",))
        self.schedulers = [Scheduler(self.hands, by=name, now=lambda: self.clock.now) for name in ("one", "two")]
        db.execute("update linernotes.jobs set since = %s", [start])

    async def pass_(self, minutes: int, *, artists_an_hour: int = 0, faults: bool = True) -> None:
        """Let so many minutes pass."""
        for _ in range(minutes):
            self.clock.set(self.clock.now + MINUTE)
            minute = round((self.clock.now - self.start) / MINUTE)
            self._arrive(minute, artists_an_hour)
            if faults:
                await self._break(minute)
            await asyncio.gather(*(one.fire() for one in self.schedulers))
            for one in self.schedulers:
                await one.settled()
            hour = (minute - 1) // 60
            self.ledger.depths[hour] = max(self.ledger.depths.get(hour, 0), self.waiting())

    def put_back(self) -> list[tuple[Any, ...]]:
        """As an operator does: what was given up by bad luck (a worker was killed in the middle, a call failed, five
        times in a row) is put back. What it was: queue, attempts, class and text of the error."""
        unlucky = self.db.execute(
            "select id, queue_name, attempts, error_class, error from linernotes.dead_letters"
            " where replayed_at is null and error_class <> 'NotFound'"
        ).fetchall()
        replay = "select linernotes.replay_dead_letters(null, %s, %s)"
        self.db.execute(replay, [[row[0] for row in unlucky], self.clock.now])
        return [row[1:] for row in unlucky]

    def given_up(self) -> set[str]:
        """The artists whose names nobody knew, as the dead letters tell."""
        return self.names("select message ->> 'artistName' from linernotes.dead_letters where replayed_at is null")

    def waiting(self) -> int:
        """Messages on all queues, parked ones too."""
        return int(
            self.one(
                "select coalesce(sum(d.visible + d.hidden + d.parked), 0) from queue_registry r"
                f" cross join lateral linernotes.queue_depth(r.queue_name, '{self.clock.now.isoformat()}') d"
            )
        )

    def one(self, query: str) -> Any:
        row = self.db.execute(query).fetchone()
        assert row
        return row[0]

    def rows(self, table: str) -> int:
        return int(self.one(f"select count(*) from {table}"))

    def size(self, table: str) -> int:
        """Bytes, with indexes."""
        return int(self.one(f"select pg_total_relation_size('{table}')"))

    def names(self, query: str) -> set[str]:
        return {row[0] for row in self.db.execute(query).fetchall()}

    def fired(self) -> Counter[str]:
        """How often each job was given a tick."""
        rows = self.db.execute("select job from linernotes.job_runs where due_at is not null").fetchall()
        return Counter(row[0] for row in rows)

    def _arrive(self, minute: int, artists_an_hour: int) -> None:
        """Artists come evenly, one in twenty of whom nobody knows."""
        due = minute * artists_an_hour // 60 - (minute - 1) * artists_an_hour // 60
        names = []
        for _ in range(due):
            number = len(self.ledger.artists) + len(self.ledger.unknown)
            unknown = number % 20 == 19
            name = f"{NOBODY if unknown else 'Artist'} {number}"
            (self.ledger.unknown if unknown else self.ledger.artists).add(name)
            names.append(name)
        rows = [{"key": f"artist:name:{n.lower()}", "body": {"artistName": n}} for n in names]
        send_bodies(self.db, Queue.ARTIST_DISCOVERY, rows, self.clock.now)

    async def _break(self, minute: int) -> None:
        queues = self.chance.sample(list(Queue), len(Queue))
        if minute % 7 == 0:  # a worker takes some messages and is never heard of again
            for queue in queues:
                if await self.doomed.claim(queue, 3):
                    self.ledger.workers_killed += 1
                    break
        if minute % 13 == 0:  # so does another program, for a day
            for queue in queues:
                if self.db.execute("select public.pg_dequeue(%s, 2, 86400)", [queue]).fetchone() != ([],):
                    self.ledger.strangers += 1
                    break
        if minute % 45 == 0:  # a scheduler dies with a run in its hands
            dead = Jobs(self.hands, by="dead", now=lambda: self.clock.now)
            self.ledger.schedulers_killed += len(await dead.claim({"queue-monitor-job": self.clock.now}))
        if minute % 240 == 30:  # the source asks everybody to wait for twenty minutes
            self.catalogue.busy_until = self.clock.now + 20 * MINUTE
