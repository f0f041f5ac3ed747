"""One loop for every stage: read a batch, gather its facts, decide on each message, settle all of them together.

What a stage knows of the world comes through `gather`; what it concludes through `decide`. This shell alone meets
sources, belt and store. A batch settles in one transaction with a fixed number of statements: all of it commits
together, or none of it happened.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from linernotes.database.away import database_is_away
from linernotes.database.beating import beating
from linernotes.database.forgetting import lacks_key, unrecognised
from linernotes.database.store import Store, store_rows
from linernotes.errors import SettingsError, first_line
from linernotes.logs import get_logger
from linernotes.model.forgetting import ForgetKey
from linernotes.model.message import Done, Message, Outcome, Queue
from linernotes.model.rows import AlbumRow, ArtistRow, Key, Row, TrackRow
from linernotes.model.source import Sources
from linernotes.pipeline.endings import found_by, postponed_and_buried
from linernotes.pipeline.outcomes import outcome_of
from linernotes.pipeline.stages import STAGES, Stage
from linernotes.pipeline.turn import Tally, Turn
from linernotes.queues import belt
from linernotes.queues.belt import Belt, Finished

__all__ = ["STAGES", "Shell", "Stage", "Tally", "Turn"]

log = get_logger()

SETTLE_TRIES = 5
"""How often a transaction is repeated that another one stood in the way of."""
GIVE_BACK_WITHIN = 5.0
"""Seconds that a process which must end has for giving back what it holds."""
LONGEST_PAUSE = 1.0
"""Seconds between two looks whether the database is back."""


class Shell:
    """Works one process's share of the queues."""

    def __init__(
        self,
        belt: Belt,
        store: Store,
        sources: Sources,
        pool: belt.Pool,
        forget_key: Callable[[], ForgetKey | None] = lambda: None,
    ) -> None:
        self.belt = belt
        self._store = store
        self._sources = sources
        self._pool = pool
        self._forget_key = forget_key
        self.tally = Tally()
        self.in_hand = 0
        self._without_room = 0
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
            if self._without_room:
                return Turn()
            if self.in_hand and await self.belt.suspect_waits(stage.queue):
                await self._only_in_hand(0)  # not taken before: each time that it is taken counts as an attempt
            messages = await self.belt.claim(stage.queue, limit or stage.batch)
            if any(m.suspect for m in messages):  # while it is in hand, nobody here takes anything else
                return await self._worked(stage, messages, started_at)
        return await self._worked(stage, messages, started_at) if messages else Turn()

    async def _worked(self, stage: Stage, messages: Sequence[Message], started_at: datetime) -> Turn:
        """From gathering to settling. What may have killed a worker waits until nothing else is in this process's
        hands: whatever dies with it comes back at the same moment as it does, and would die with it again."""
        self.in_hand += len(messages)
        try:
            async with beating(lambda: self.belt.renew(messages), self.belt.beat):  # a lease outlasts three beats
                if messages[0].suspect:
                    await self._only_in_hand(len(messages))
                facts = await self._gathered(stage, messages)
                outcomes = [(m, self._decided(stage, m, facts.get(m.msg_id))) for m in messages]
                settled = await self._settled(stage.queue, outcomes, started_at)
        except (asyncio.CancelledError, SettingsError):  # no message's fault: nobody's attempt is spent
            with suppress(psycopg.Error, TimeoutError):  # a database that is away gives them back when the lease ends
                async with asyncio.timeout(GIVE_BACK_WITHIN):
                    await asyncio.shield(self.belt.give_back(messages))
            raise
        finally:
            self.in_hand -= len(messages)
            self._hands_changed.set()
        return replace(settled, taken=len(messages))

    async def _only_in_hand(self, count: int) -> None:
        while self.in_hand > count:
            self._hands_changed.clear()
            await self._hands_changed.wait()

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
        never stops the others. A deadlock repeats the transaction; a database that went away is waited for as long as
        the leases last, since what was gathered may have cost an hour of a source's budget. A full disk is waited for
        to its end, and nothing is claimed meanwhile: a claim often finds room where settling finds none, and whoever
        let the leases end would claim the same messages again and again, an attempt each time."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self.belt.lease.total_seconds()
        tries = 0
        room = True
        try:
            while True:
                tries += 1
                try:
                    return await self._settle(queue, outcomes, started_at)
                except psycopg.Error as error:
                    if lacks_key(error):
                        raise unrecognised(first_line(error), "in this process") from None
                    if not database_is_away(error):
                        return await self._settled_one_by_one(queue, outcomes, started_at, error)
                    repeated = isinstance(error, psycopg.errors.TransactionRollback)
                    if isinstance(error, psycopg.errors.DiskFull):
                        give_up_at = loop.time() + self.belt.lease.total_seconds()
                        self._without_room += room
                        room = False
                    if tries >= SETTLE_TRIES if repeated else loop.time() > give_up_at:
                        raise
                    log.warning("settling again", queue=queue, tries=tries, why=first_line(error))
                    await asyncio.sleep(min(random.uniform(0.05, 0.2) * 2 ** min(tries, 10), LONGEST_PAUSE))
                    if not repeated:
                        await self.belt.look_at_connections()
        finally:
            self._without_room -= not room

    async def _settled_one_by_one(
        self, queue: Queue, outcomes: Sequence[tuple[Message, Outcome]], started_at: datetime, error: psycopg.Error
    ) -> Turn:
        if len(outcomes) == 1:
            return await self._settle(queue, [(outcomes[0][0], outcome_of(error, "settle"))], started_at)
        turn = Turn()
        for one in outcomes:
            turn += await self._settled(queue, [one], started_at)
        return turn

    async def _settle(self, queue: Queue, outcomes: Sequence[tuple[Message, Outcome]], started_at: datetime) -> Turn:
        now = self.belt.now()
        async with self._pool.connection() as connection, connection.transaction():
            held = await belt.hold(connection, [m for m, _ in outcomes])
            ours = [(m, o) for m, o in outcomes if m.msg_id in held]
            done = [(m, o) for m, o in ours if isinstance(o, Done)]
            later, dead = postponed_and_buried(ours, now, self.belt.max_attempts)
            found = [part for _, o in ours if (part := found_by(o)) is not None]
            rows = [row for part in found for row in part.rows]
            ids = await store_rows(
                connection, rows, [p for part in found for p in part.problems], now, self._forget_key()
            )
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


def _ids_of(rows: Sequence[Row], ids: Mapping[Key, UUID]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(ids[r.key] for r in rows if isinstance(r, ArtistRow | AlbumRow | TrackRow)))
