"""What one turn of the shell did, and what a shell has done since it began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from linernotes.model.message import Message
from linernotes.model.rows import Row


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
