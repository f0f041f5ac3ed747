"""The workers of the five queues, each called once: take one batch, say what became of every message of it.

The work itself is the shell's, as for a process that works without end: leases, locks, attempts, dead letters and
metrics are the same. Any number may be called at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from linernotes.errors import first_line
from linernotes.logs import get_logger
from linernotes.model.message import Message, Queue
from linernotes.pipeline.shell import STAGES, Turn
from linernotes.queries import load_queries
from linernotes.services.arguments import number, only
from linernotes.services.hands import Hands

log = get_logger()

SQL = load_queries("linernotes.services", "queue_workers.sql")

MOST = 1_000
"""Messages that one call may take."""

USUAL = 10
"""Messages that a call takes from a queue for which no job says how many."""

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWorker:
    """The worker of one queue: what it tells of a message, and how many it takes when the call does not say.

    takes None means as many as the queue's scheduled job.
    """

    queue: Queue
    tells: tuple[str, ...]
    takes: int | None = None

    async def __call__(self, arguments: Mapping[str, Any], hands: Hands) -> Answer:
        """One batch. success is False when the queue could not be read or its batch not be settled."""
        only(arguments, "batch_size")
        size = number(arguments, "batch_size", default=0, least=1, most=MOST)
        try:
            if not size:
                size = self.takes or (await usual_sizes(hands)).get(self.queue, USUAL)
            turn = await hands.shell.turn(_STAGE_OF[self.queue], size)
        except psycopg.Error as error:
            log.warning("a batch failed", queue=self.queue, why=first_line(error))
            return _unread(first_line(error))
        return self._answer(turn)

    def _answer(self, turn: Turn) -> Answer:
        processed = [self._told(message, turn) for message in turn.done]
        errors = [
            {"id": uuid_of(message), "message": dict(message.body), "error": why}
            for message, why in (*turn.buried, *turn.postponed)
        ]
        return {
            "success": True,
            "processed": len(processed),
            "errors": len(errors),
            "details": {"processed": processed, "errors": errors},
        }

    def _told(self, message: Message, turn: Turn) -> dict[str, Any]:
        told = {name: message.body.get(name) for name in self.tells}
        if self.queue is Queue.ARTIST_DISCOVERY:
            stored = turn.stored.get(message.msg_id, ())
            told["artistId"] = str(stored[0]) if stored else None
        return {"id": uuid_of(message), **told}


artist_discovery = QueueWorker(queue=Queue.ARTIST_DISCOVERY, tells=("artistId", "artistName"), takes=5)
album_discovery = QueueWorker(queue=Queue.ALBUM_DISCOVERY, tells=("artistId", "offset"))
track_discovery = QueueWorker(queue=Queue.TRACK_DISCOVERY, tells=("albumId", "albumName", "offset"))
producer_identification = QueueWorker(queue=Queue.PRODUCER_IDENTIFICATION, tells=("trackId", "trackName"))
social_enrichment = QueueWorker(queue=Queue.SOCIAL_ENRICHMENT, tells=("producerId", "producerName"))

QUEUE_WORKERS = {
    worker.queue: worker
    for worker in (
        artist_discovery,
        album_discovery,
        track_discovery,
        producer_identification,
        social_enrichment,
    )
}
_STAGE_OF = {stage.queue: stage for stage in STAGES}


async def cron_queue_processor(arguments: Mapping[str, Any], hands: Hands) -> Answer:
    """The worker cronQueueProcessor: one batch of every active queue, each of the size of that queue's job.

    A queue that fails does not keep the others from running. success is False when not one could be read.
    """
    only(arguments)
    sizes = await usual_sizes(hands)
    entries = [await _entry(name, sizes.get(name, USUAL), hands) for name in await active_queues(hands)]
    return {"success": not entries or any(e["success"] for e in entries), "queues": entries}


async def _entry(name: str, size: int, hands: Hands) -> dict[str, Any]:
    if name not in QUEUE_WORKERS:
        return {
            "queue_name": name,
            "success": True,
            "processed": 0,
            "errors": 0,
            "note": "no worker of ours works on it",
        }
    answer = await QUEUE_WORKERS[Queue(name)]({"batch_size": min(size, MOST)}, hands)
    entry = {"queue_name": name, **{key: answer[key] for key in ("success", "processed", "errors")}}
    if not answer["success"]:
        entry["error"] = answer["details"]["errors"][0]["error"]
    return entry


async def active_queues(hands: Hands) -> list[str]:
    """The queues that are switched on in queue_registry, in the order in which a fact walks them."""
    async with hands.pool.connection() as connection:
        rows = await (await connection.execute(SQL["active_queues"])).fetchall()
    return [row[0] for row in rows]


async def usual_sizes(hands: Hands) -> dict[str, int]:
    """How many messages the scheduled job of each queue takes at most."""
    async with hands.pool.connection() as connection:
        return dict(await (await connection.execute(SQL["usual_sizes"])).fetchall())


def uuid_of(message: Message) -> str:
    """The UUID form of a message's id (decision D1), as pg_dequeue gives it."""
    return f"00000000-0000-0000-0000-{message.msg_id:012x}"


def _unread(why: str) -> Answer:
    return {
        "success": False,
        "processed": 0,
        "errors": 1,
        "details": {"processed": [], "errors": [{"id": None, "message": None, "error": why}]},
    }
