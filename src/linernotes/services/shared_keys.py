"""Keys that lie outside PostgreSQL: the place for a store that several programs share, such as Redis.

Without one, which is the default, all de-duplication keys are rows of linernotes.idempotency_keys, written in the
transaction of the work. Whoever brings such a store gives it to `Hands.shared_keys`; the workers
clearQueueDeduplication and cronCleanupStaleEntities then reach it, and report it when it cannot be reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entity:
    """What processing_status and processing_locks name: `("track", id)`."""

    entity_type: str
    entity_id: str


class SharedKeys(Protocol):
    """Keys that belong to us and to nobody else in that store. Both calls raise errors.KeysUnreachable."""

    async def clear(self, queue: str | None) -> int:
        """Remove the de-duplication keys of one queue, or of all, and nothing else; how many."""
        ...

    async def release(self, entities: Sequence[Entity]) -> int:
        """Remove the keys of these entities; how many."""
        ...
