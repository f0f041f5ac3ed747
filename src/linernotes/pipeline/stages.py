"""The five stages, each a queue with its two functions. The numbers are here and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from linernotes.database.store import Store
from linernotes.model.message import Message, Outcome, Queue
from linernotes.model.source import Sources
from linernotes.pipeline import (
    album_discovery,
    artist_discovery,
    producer_identification,
    social_enrichment,
    track_discovery,
)

Gather = Callable[[Sequence[Message], Sources, Store], Awaitable[Mapping[int, Any]]]
Decide = Callable[[Message, Any], Outcome]


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
