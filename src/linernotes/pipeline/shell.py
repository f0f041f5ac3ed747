"""One loop for every stage: read a batch, gather its facts, decide on each message, settle all of them together.

What a stage knows of the world comes through `gather`; what it concludes through `decide`. This shell alone meets
sources, belt and store. A batch settles in one transaction with a fixed number of statements: all of it commits
together, or none of it happened.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import structlog

from linernotes.database.store import Store, store_rows
from linernotes.model.message import Done, Message, Outcome, Queue, Reject, Retry, Snooze
from linernotes.model.rows import AlbumRow, ArtistRow, Key, Row, TrackRow
from linernotes.model.source import Sources
from linernotes.pipeline import (
    album_discovery,
    artist_discovery,
    producer_identification,
    social_enrichment,
    track_discovery,
)
from linernotes.pipeline.outcomes import outcome_of
from linernotes.queues import belt
from linernotes.queues.belt import Belt, Buried, Finished, Postponed

log = structlog.get_logger()

Gather = Callable[[Sequence[Message], Sources, Store], Awaitable[Mapping[int, Any]]]
Decide = Callable[[Message, Any], Outcome]

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
SETTLE_TRIES = 5
PARK_BEYOND = timedelta(seconds=10)
"""What waits longer than this for a source is parked; the source is then tried by one message first."""
MOST_PROBES = 100
"""How often one message is sent to try a source that does not answer (at most every quarter of an hour: a day)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A queue with its two functions. batch is how many messages one turn takes at most.

    A stage that asks once for many waits up to `patience` for a full batch; zero means that it does not wait.
    """

    queue: Queue
    batch: int
    gather: Gather
    decide: Decide
    patience: timedelta = timedelta(0)


STAGES = (
    Stage(
        queue=Queue.ARTIST_DISCOVERY,
        batch=15,
        gather=lambda messages, sources, store: artist_discovery.gather(messages, sources),
        decide=artist_discovery.decide,
    ),
    Stage(queue=Queue.ALBUM_DISCOVERY, batch=15, gather=album_discovery.gather, decide=album_discovery.decide),
    Stage(queue=Queue.TRACK_DISCOVERY, batch=20, gather=track_discovery.gather, decide=track_discovery.decide),
    Stage(
        queue=Queue.PRODUCER_IDENTIFICATION,
        batch=200,
        gather=producer_identification.gather,
        decide=producer_identification.decide,
    ),
    Stage(
        queue=Queue.SOCIAL_ENRICHMENT,
        batch=200,
        gather=social_enrichment.gather,
        decide=social_enrichment.decide,
        patience=timedelta(seconds=60),
    ),
)


@dataclass(slots=True)
class Tally:
    """What a shell has done since it began; for progress and summaries, never for decisions."""

    done: int = 0
    postponed: int = 0
    buried: int = 0
    sent: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def count(self, rows: Sequence[Row]) -> None:
        for row in rows:
            name = type(row).__name__
            self.rows[name] = self.rows.get(name, 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What became of one batch: how many messages were taken, and which were settled how, with the reason.

    A message that was taken and stands in none of the three was lost to another worker, whose settling counts.
    stored gives, by msg_id, the ids of the artists, albums and tracks that a finished message brought.
    False when nothing was taken.
    """

    taken: int = 0
    done: tuple[Message, ...] = ()
    postponed: tuple[tuple[Message, str], ...] = ()
    buried: tuple[tuple[Message, str], ...] = ()
    stored: Mapping[int, tuple[UUID, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.taken > 0

    def __add__(self, other: Turn) -> Turn:
        return Turn(
            taken=self.taken + other.taken,
            done=self.done + other.done,
            postponed=self.postponed + other.postponed,
            buried=self.buried + other.buried,
            stored={**self.stored, **other.stored},
        )


class Shell:
    """Works one process's share of the queues."""

    def __init__(self, belt: Belt, store: Store, sources: Sources, pool: belt.Pool) -> None:
        self.belt = belt
        self._store = store
        self._sources = sources
        self._pool = pool
        self.tally = Tally()
        self.in_hand = 0
        self._claiming = asyncio.Lock()
        self._hands_changed = asyncio.Event()

    async def turn(self, stage: Stage, limit: int | None = None) -> Turn:
        """One batch of a stage, from reading to settling.

        It takes up to `limit` messages, and at once; without a limit as many as the stage likes to have together,
        and when it is time for them.
        """
        if limit is None and not await self._ripe(stage):
            return Turn()
        started_at = self.belt.now()
        async with self._claiming:
            messages = await self.belt.claim(stage.queue, limit or stage.batch)
            if any(m.suspect for m in messages):  # while it is in hand, nobody here takes anything else
                return await self._worked(stage, messages, started_at)
        return await self._worked(stage, messages, started_at) if messages else Turn()

    async def _worked(self, stage: Stage, messages: Sequence[Message], started_at: datetime) -> Turn:
        """From gathering to settling. What may have killed a worker waits until nothing else is in this process's
        hands: whatever dies with it comes back at the same moment as it does, and would die with it again."""
        self.in_hand += len(messages)
        try:
            async with self._heartbeat(messages):
                while messages[0].suspect and self.in_hand > len(messages):
                    self._hands_changed.clear()
                    await self._hands_changed.wait()
                facts = await self._gathered(stage, messages)
            outcomes = [(m, self._decided(stage, m, facts.get(m.msg_id))) for m in messages]
            settled = await self._settled(stage.queue, outcomes, started_at)
        except asyncio.CancelledError:
            await asyncio.shield(self.belt.give_back(messages))
            raise
        finally:
            self.in_hand -= len(messages)
            self._hands_changed.set()
        return replace(settled, taken=len(messages))

    async def _ripe(self, stage: Stage) -> bool:
        return not stage.patience or await self.belt.ripe(stage.queue, stage.batch, stage.patience)

    async def _gathered(self, stage: Stage, messages: Sequence[Message]) -> Mapping[int, Any]:
        try:
            return await stage.gather(messages, self._sources, self._store)
        except Exception as error:
            return {m.msg_id: error for m in messages}

    def _decided(self, stage: Stage, message: Message, facts: Any) -> Outcome:
        if isinstance(facts, Exception):
            return outcome_of(facts, "gather")
        try:
            return stage.decide(message, facts)
        except Exception as error:
            return outcome_of(error, "decide")

    async def _settled(self, queue: Queue, outcomes: Sequence[tuple[Message, Outcome]], started_at: datetime) -> Turn:
        """Settle a batch. One whose rows the database refuses is settled message by message, so that one bad message
        never stops the others; a lost connection or a deadlock repeats the transaction."""
        for attempt in range(1, SETTLE_TRIES + 1):
            try:
                return await self._settle(queue, outcomes, started_at)
            except (psycopg.OperationalError, psycopg.errors.TransactionRollback) as error:
                if attempt == SETTLE_TRIES:
                    raise
                log.warning("settling again", queue=queue, attempt=attempt, why=str(error).split("\n")[0])
                await asyncio.sleep(random.uniform(0.05, 0.2) * 2**attempt)
            except (psycopg.DataError, psycopg.IntegrityError, psycopg.InternalError) as error:
                if len(outcomes) == 1:
                    message = outcomes[0][0]
                    return await self._settle(queue, [(message, outcome_of(error, "settle"))], started_at)
                turn = Turn()
                for one in outcomes:
                    turn += await self._settled(queue, [one], started_at)
                return turn
        raise AssertionError("the last try returns or raises")

    async def _settle(self, queue: Queue, outcomes: Sequence[tuple[Message, Outcome]], started_at: datetime) -> Turn:
        now = self.belt.now()
        async with self._pool.connection() as connection, connection.transaction():
            held = await belt.hold(connection, [m for m, _ in outcomes])
            ours = [(m, o) for m, o in outcomes if m.msg_id in held]
            done = [(m, o) for m, o in ours if isinstance(o, Done)]
            later, dead = postponed_and_buried(ours, now, self.belt.max_attempts)
            found = [part for _, o in ours if (part := found_by(o)) is not None]
            rows = [row for part in found for row in part.rows]
            ids = await store_rows(connection, rows, [p for part in found for p in part.problems], now)
            sent = await belt.send(connection, [s for part in found for s in part.sends], ids, now)
            finished = [
                Finished(message=m, fresh_until=now + o.fresh_for if o.fresh_for else None, note=o.note)
                for m, o in done
            ]
            await belt.finish(connection, queue, finished, now)
            await belt.postpone(connection, queue, later, now)
            await belt.bury(connection, queue, dead, self.belt.worker, now)
            await belt.release(connection, [m for m, _ in outcomes])
            await belt.measure(
                connection,
                queue,
                started_at=started_at,
                now=now,
                done=len(done),
                failed=len(dead) + sum(p.spent for p in later),
                postponed=len(later),
                worker=self.belt.worker,
            )
        await self.belt.tell_done(queue, finished)
        self.tally.done += len(done)
        self.tally.postponed += len(later)
        self.tally.buried += len(dead)
        self.tally.sent += sent
        self.tally.count(rows)
        seconds = round((now - started_at).total_seconds(), 3)
        log.info("settled", queue=queue, done=len(done), later=len(later), dead=len(dead), sent=sent, seconds=seconds)
        for one in dead:
            log.warning("gave a message up", queue=queue, msg_id=one.message.msg_id, step=one.step, why=one.error)
        return Turn(
            done=tuple(m for m, _ in done),
            postponed=tuple((p.message, p.why) for p in later),
            buried=tuple((b.message, b.error) for b in dead),
            stored={m.msg_id: _ids_of(o.rows, ids) for m, o in done},
        )

    @asynccontextmanager
    async def _heartbeat(self, messages: Sequence[Message]) -> AsyncIterator[None]:
        """Renew the leases while work goes on. A renewal that fails is tried again: the lease outlasts three."""

        async def beat() -> None:
            while True:
                await asyncio.sleep(self.belt.lease.total_seconds() / 3)
                with suppress(psycopg.Error):
                    await self.belt.renew(messages)

        task = asyncio.create_task(beat())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def _ids_of(rows: Sequence[Row], ids: Mapping[Key, UUID]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(ids[r.key] for r in rows if isinstance(r, ArtistRow | AlbumRow | TrackRow)))


def found_by(outcome: Outcome) -> Done | None:
    """What is to be stored: all that a finished message found, or what one found whose other half must wait."""
    return outcome if isinstance(outcome, Done) else outcome.found


def postponed_and_buried(
    outcomes: Sequence[tuple[Message, Outcome]], now: datetime, max_attempts: int
) -> tuple[list[Postponed], list[Buried]]:
    """Sort what is not done into what comes again and what is given up."""
    later: list[Postponed] = []
    dead: list[Buried] = []
    for message, outcome in outcomes:
        match outcome:
            case Snooze() if outcome.source is not None and message.probes >= MOST_PROBES:
                dead.append(_buried(message, "gather", "SourceDown", outcome.why, "gave_up"))
            case Snooze():
                source = outcome.source if outcome.delay > PARK_BEYOND else None
                until = now + outcome.delay
                later.append(Postponed(message=message, until=until, why=outcome.why, spent=False, source=source))
            case Retry() if message.attempts < max_attempts:
                until = now + delay_after(message.attempts, random.random())
                later.append(Postponed(message=message, until=until, why=outcome.why, spent=True))
            case Retry():
                dead.append(_buried(message, outcome.step, outcome.error_class, outcome.why, "gave_up"))
            case Reject():
                dead.append(_buried(message, outcome.step, outcome.error_class, outcome.why, outcome.issue))
            case Done():
                pass
    return later, dead


def _buried(message: Message, step: str, error_class: str, error: str, issue: str) -> Buried:
    return Buried(message=message, step=step, error_class=error_class, error=error, issue=issue)


def delay_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts: four times longer each, a quarter more or less by chance (0-1)."""
    delay = min(FIRST_DELAY * float(4 ** (attempts - 1)), LONGEST_DELAY)
    return delay * (0.75 + 0.5 * chance)
