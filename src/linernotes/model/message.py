"""A message of a queue, the right to settle it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


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

    attempts counts the times that work on it started, this time included; deliveries are read_ct.
    """

    queue: Queue
    msg_id: int
    read_ct: int
    body: Mapping[str, Any]
    attempts: int
    first_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A message to send on. A key that is on its way or done and still fresh is not sent again.

    fresh_for is how long the work counts as done once it is done; None for ever.
    """

    queue: Queue
    key: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The message's work is finished: its rows are stored, its follow-ups sent, itself deleted."""

    rows: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    sends: tuple[Send, ...] = ()
    fresh_for: timedelta | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Too early to work: look again after a delay. Spends no attempt."""

    delay: timedelta
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """It failed and may work another time: look again later, alone. Past the limit it is buried."""

    error_class: str
    why: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """It will never work: to the dead letters, with the reason. issue is the worker_issues type."""

    why: str
    issue: str = "rejected"
    error_class: str = "Rejected"
    step: str = "decide"


Outcome = Done | Snooze | Retry | Reject
