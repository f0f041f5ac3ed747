"""A message of a queue, the right to settle it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from linernotes.model.catalogue import Problem
from linernotes.model.rows import Key, Row


class Queue(StrEnum):
    """The five queues, in the order in which a fact walks them. Each names its stage."""

    ARTIST_DISCOVERY = "artist_discovery"
    ALBUM_DISCOVERY = "album_discovery"
    TRACK_DISCOVERY = "track_discovery"
    PRODUCER_IDENTIFICATION = "producer_identification"
    SOCIAL_ENRICHMENT = "social_enrichment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message in our hands. The lease, our right to settle it, is (msg_id, read_ct).

    attempts counts the times that work on it started, this time included; deliveries are read_ct. suspect says that
    the worker who had it last ended without a word: it may be what killed that worker. probes counts how often it was
    sent to try a source that had been left alone.
    """

    queue: Queue
    msg_id: int
    read_ct: int
    body: Mapping[str, Any]
    attempts: int
    first_at: datetime
    suspect: bool = False
    probes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A message to send on, about one thing: a row of ours by its id, or one just found by its key.

    The body gets the thing's id as `id_field`. version tells one crawl from the next: what was done for one version
    is not done for another. The same thing, page and version are sent once.
    """

    queue: Queue
    about: Key | UUID
    id_field: str
    body: Mapping[str, Any]
    version: str = ""

    def key(self, entity_id: UUID) -> str:
        """The idempotency key: what is asked, which page of it, for which version."""
        offset = self.body.get("offset") or 0
        page = f"@{offset}" if offset else ""
        version = f"#{self.version}" if self.version else ""
        return f"{self.id_field.removesuffix('Id')}:{entity_id}{page}{version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The message's work is finished: its rows are stored, its follow-ups sent, itself deleted.

    fresh_for is how long the work counts as done, None for ever. note says what a person should know of how it
    ended ("no source names anybody").
    """

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    sends: tuple[Send, ...] = ()
    fresh_for: timedelta | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Too early to work: look again after a delay. Spends no attempt. source is the source that asked to wait."""

    delay: timedelta
    why: str
    source: str | None = None
    found: Done | None = None
    """What was found all the same and is kept: one source waits, the others have answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """It failed and may work another time: look again later, alone. Past the limit it is buried."""

    error_class: str
    why: str
    step: str
    found: Done | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """It will never work: to the dead letters, with the reason. issue is the worker_issues type."""

    why: str
    issue: str = "rejected"
    error_class: str = "Rejected"
    step: str = "decide"
    found: Done | None = None


Outcome = Done | Snooze | Retry | Reject
