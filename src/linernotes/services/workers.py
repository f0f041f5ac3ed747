"""The ten named workers, as others call them: by name, with a JSON object, for a JSON object.

The scheduler calls them, and so does whoever asks over HTTP. What each does stands in a file of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from linernotes.errors import NotFound
from linernotes.services import queue_workers
from linernotes.services.cleanup import clean_up_stale_entities
from linernotes.services.deduplication import clear_queue_deduplication
from linernotes.services.hands import Hands
from linernotes.services.monitor import queue_monitor
from linernotes.services.pipeline_status import check_pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWorker:
    """What a worker is for, the arguments it knows (each may be left out), and the worker itself."""

    purpose: str
    arguments: tuple[str, ...]
    run: Callable[[Mapping[str, Any], Hands], Awaitable[dict[str, Any]]]


_BATCH = ("batch_size",)

WORKERS: Mapping[str, NamedWorker] = MappingProxyType(
    {
        "artistDiscovery": NamedWorker(
            purpose="Finds artists by name at the catalogue source.",
            arguments=_BATCH,
            run=queue_workers.artist_discovery,
        ),
        "albumDiscovery": NamedWorker(
            purpose="Reads a page of an artist's albums, singles and EPs.",
            arguments=_BATCH,
            run=queue_workers.album_discovery,
        ),
        "trackDiscovery": NamedWorker(
            purpose="Reads the tracks of an album.", arguments=_BATCH, run=queue_workers.track_discovery
        ),
        "producerIdentification": NamedWorker(
            purpose="Asks the credit sources who made a recording.",
            arguments=_BATCH,
            run=queue_workers.producer_identification,
        ),
        "socialEnrichment": NamedWorker(
            purpose="Finds the public links of a producer.", arguments=_BATCH, run=queue_workers.social_enrichment
        ),
        "cronQueueProcessor": NamedWorker(
            purpose="Runs the worker of every active queue once.",
            arguments=(),
            run=queue_workers.cron_queue_processor,
        ),
        "queueMonitor": NamedWorker(
            purpose="Finds messages that were taken long ago, and frees them when asked to.",
            arguments=("threshold_minutes", "auto_fix"),
            run=queue_monitor,
        ),
        "clearQueueDeduplication": NamedWorker(
            purpose="Forgets which messages were sent and done, of one queue or of all.",
            arguments=("queue_name",),
            run=clear_queue_deduplication,
        ),
        "checkPipeline": NamedWorker(
            purpose="Tells how the pipeline is doing; changes nothing.", arguments=(), run=check_pipeline
        ),
        "cronCleanupStaleEntities": NamedWorker(
            purpose="Removes the locks of dead workers and frees what they left in progress.",
            arguments=("p_stale_threshold_minutes",),
            run=clean_up_stale_entities,
        ),
    }
)


async def call(name: str, arguments: Mapping[str, Any], hands: Hands) -> dict[str, Any]:
    """Run a worker once; its answer is an object of JSON values.

    Raises NotFound for a name that is none of the ten, and UsageError for arguments that it cannot take.
    """
    worker = WORKERS.get(name)
    if worker is None:
        raise NotFound(f"There is no worker {name[:60]!r}. There are {', '.join(WORKERS)}.")
    return await worker.run(arguments, hands)
