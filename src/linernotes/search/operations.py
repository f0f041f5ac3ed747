"""How the pipeline is doing: queues, what is stuck, sources, scheduled jobs, and the verdict over all.

For whoever operates it: the command line, the API's routes and the pages answer from here. Reads only; what frees,
replays or runs something stands in `services/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound, UsageError
from linernotes.model.schedule import in_words, next_due
from linernotes.queries import load_queries
from linernotes.search import Db, rows_of
from linernotes.search.paging import Page, checked_limit, page_of, place_after

SQL = load_queries("linernotes.search", "operations.sql")

STUCK_MINUTES = 10
"""From how many minutes on the reports call a message stuck that somebody took and gave no sign of life for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """A queue: how much waits, is in hand or put off (hidden), is parked for a source, is stuck or given up (dead),
    and its last hour.

    checked_at and freed tell of the queue monitor's last look within a day.
    """

    queue: str
    title: str | None
    description: str | None
    active: bool
    waiting: int
    hidden: int
    parked: int
    stuck: int
    dead: int
    oldest_at: datetime | None
    next_at: datetime | None
    last_batch_at: datetime | None
    done_last_hour: int
    failed_last_hour: int
    checked_at: datetime | None
    freed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A message that somebody took long ago. id is the UUID form of msg_id, as the SQL functions take it."""

    queue: str
    id: UUID
    msg_id: int
    message: Any
    locked_since: datetime
    read_count: int
    minutes_locked: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up, and why: the step, the class and text of the error, and the last worker."""

    id: UUID
    queue: str
    msg_id: int
    step: str
    error_class: str
    error: str
    attempts: int
    first_at: datetime
    last_at: datetime
    worker: str
    message: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A source that was asked: calls made, answers that were at hand, and until when and why everybody waits.

    failures counts those in a row; left_alone_since is None while it is asked as usual; parked is how many messages
    wait for it.
    """

    source: str
    calls: int
    cached: int
    next_at: datetime | None
    paused_until: datetime | None
    paused_why: str | None
    failures: int
    left_alone_since: datetime | None
    parked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A scheduled job with its latest run. state: `never run`, `running`, `done`, `failed` or `lost`.

    in_words is the schedule for people, or what is wrong with it; next_at is None then.
    """

    name: str
    schedule: str
    in_words: str
    runs: str
    target: str
    arguments: Mapping[str, Any]
    queue: str | None
    batch_size: int | None
    purpose: str
    next_at: datetime | None
    state: str
    last_due_at: datetime | None
    last_started_at: datetime | None
    last_finished_at: datetime | None
    took: timedelta | None
    last_error: str | None
    last_by: str | None
    last_answer: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """One run of a job. due_at is None when a person started it; outcome is None while it goes on."""

    id: UUID
    job: str
    due_at: datetime | None
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    error: str | None
    answer: Mapping[str, Any] | None
    run_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What get_system_health says. status: `healthy`, `warning` or `unhealthy`; report is the whole of it."""

    status: str
    at: datetime
    stuck_messages: int
    in_progress: int
    stalled: int
    failed: int
    dead_lettered: int
    unresolved_issues: int
    latest_issue_at: datetime | None
    report: Mapping[str, Any]


def queues(db: Db, now: datetime) -> list[QueueState]:
    """Every registered queue, in the order in which a fact walks them."""
    return rows_of(db, QueueState, SQL["queues"], {"now": now})


def stuck(db: Db, *, queue: str | None = None, minutes: int = STUCK_MINUTES, limit: int = 200) -> list[Stuck]:
    """Stuck messages of one queue or of all, the longest first. Raises NotFound for a queue nobody registered."""
    known_queue(db, queue)
    return rows_of(db, Stuck, SQL["stuck"], {"queue": queue, "minutes": minutes, "limit": limit})


def dead_letters(db: Db, *, queue: str | None = None, limit: int = 50, cursor: str | None = None) -> Page[DeadLetter]:
    """What was given up on one queue or on all and not put back, newest first.

    Raises NotFound for a queue nobody registered, UsageError for a cursor that is not of this list.
    """
    known_queue(db, queue)
    question = f"dead letters of {queue or 'all'}"
    place = place_after(cursor, question, (str, UUID))
    values: dict[str, Any] = {"queue": queue, "limit": checked_limit(limit) + 1, "last_at": None, "id": None}
    if place is not None:
        values |= {"last_at": _time(place[0]), "id": place[1]}
    found = rows_of(db, DeadLetter, SQL["dead_letters"], values)
    return page_of(found, limit, question, lambda letter: (letter.last_at, letter.id), lambda letter: letter)


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("This cursor was altered. Leave it out to begin with the first page.") from None


def known_queue(db: Db, queue: str | None) -> None:
    """Raises NotFound when a queue of that name is not registered. None is every queue."""
    row = db.execute(SQL["known_queue"], {"queue": queue}).fetchone()
    if queue is not None and not (row and row[0]):
        raise NotFound(f"There is no queue {queue!r}; `linernotes queues list` shows those there are.")


def sources(db: Db, now: datetime) -> list[SourceState]:
    """Every source that was ever asked, by name."""
    return rows_of(db, SourceState, SQL["sources"], {"now": now})


def jobs(db: Db, now: datetime) -> list[Job]:
    """Every scheduled job, by name."""
    with db.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(SQL["jobs"]).fetchall()
    return [_job(row, now) for row in rows]


def _job(row: dict[str, Any], now: datetime) -> Job:
    outcome, started, finished = row.pop("last_outcome"), row["last_started_at"], row["last_finished_at"]
    try:
        words, next_at = in_words(row["schedule"]), next_due(row["schedule"], now)
    except UsageError as error:
        words, next_at = str(error), None
    return Job(
        **row,
        in_words=words,
        next_at=next_at,
        state=outcome or ("running" if started else "never run"),
        took=finished - started if started and finished else None,
    )


def job_runs(db: Db, *, job: str | None = None, limit: int = 50) -> list[JobRun]:
    """The latest runs of one job or of all, newest first."""
    return rows_of(db, JobRun, SQL["job_runs"], {"job": job, "limit": limit})


def health(db: Db) -> Health:
    """The verdict over queues, entities and workers."""
    row = db.execute(SQL["health"]).fetchone()
    assert row is not None
    report = row[0]
    processing, issues = report["processing"], report["worker_issues"]
    latest = issues["latest_issue_time"]
    return Health(
        status=report["overall_status"],
        at=datetime.fromisoformat(report["timestamp"]),
        stuck_messages=report["queues"]["total_stuck_messages"],
        in_progress=processing["entities_in_progress"],
        stalled=processing["entities_stalled"],
        failed=processing["entities_failed"],
        dead_lettered=processing["entities_dead_lettered"],
        unresolved_issues=issues["total_unresolved_issues"],
        latest_issue_at=datetime.fromisoformat(latest) if latest else None,
        report=report,
    )
