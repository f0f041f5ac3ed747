"""Routes about how the pipeline is doing: health, queues, sources.

For the operator also jobs, what is stuck, and what was given up, which can be put back.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from psycopg import Connection
from pydantic import BaseModel, ConfigDict, Field

from linernotes.api.auth import require
from linernotes.api.keys import Role
from linernotes.api.reading import Db, EdgeOf, Router, with_connection, writing
from linernotes.api.v1 import answers, parameters
from linernotes.queues.operating import replay
from linernotes.search import operations

router = Router(tags=["operations"])
OPERATOR = [require(Role.SERVICE)]


class HealthShown(BaseModel):
    """Whether the pipeline is well: healthy, warning or unhealthy, and the counts that say so."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    status: str
    stuck_messages: int
    in_progress: int
    stalled: int
    failed: int
    dead_lettered: int
    unresolved_issues: int


@router.get("/health", operation_id="getHealth", **answers.one(HealthShown))
def health(request: Request, db: Db) -> Response:
    """Whether queues, entities and workers are well."""
    return answers.value(request, HealthShown, HealthShown.model_validate(operations.health(db)), fresh=0)


@router.get(
    "/queues",
    operation_id="listQueues",
    **answers.many(operations.QueueState),
)
def queues(request: Request, db: Db, edge: EdgeOf, as_csv: parameters.AsCsv) -> Response:
    """The queues: how much waits, is in hand, is stuck, was given up."""
    return answers.whole(request, operations.QueueState, operations.queues(db, edge.now()), as_csv=as_csv)


@router.get(
    "/sources",
    operation_id="listSources",
    **answers.many(operations.SourceState),
)
def sources(request: Request, db: Db, edge: EdgeOf, as_csv: parameters.AsCsv) -> Response:
    """The sources that were asked: calls made, and until when and why one is left alone."""
    return answers.whole(request, operations.SourceState, operations.sources(db, edge.now()), as_csv=as_csv)


@router.get(
    "/jobs",
    operation_id="listJobs",
    **answers.many(operations.Job),
    dependencies=OPERATOR,
)
def jobs(request: Request, db: Db, edge: EdgeOf, as_csv: parameters.AsCsv) -> Response:
    """The scheduled jobs: when, in words, the last run and how it ended. Takes the role service_role."""
    return answers.whole(request, operations.Job, operations.jobs(db, edge.now()), as_csv=as_csv)


Queue = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=63,
        pattern=r"^[A-Za-z0-9_]+$",
        description="One queue; all of them without.",
        examples=["track_discovery"],
    ),
]


@router.get(
    "/stuck",
    operation_id="listStuckMessages",
    **answers.many(operations.Stuck),
    dependencies=OPERATOR,
)
def stuck(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    queue: Queue = None,
    minutes: Annotated[int, Query(ge=1, le=10_080, description="For how long at least.")] = operations.STUCK_MINUTES,
    limit: parameters.Limit = 50,
) -> Response:
    """Messages that somebody took long ago and gave no sign of life for. Takes the role service_role."""
    found = operations.stuck(db, queue=queue, minutes=minutes, limit=limit)
    return answers.whole(request, operations.Stuck, found, as_csv=as_csv)


@router.get(
    "/dead-letters",
    operation_id="listDeadLetters",
    **answers.many(operations.DeadLetter),
    dependencies=OPERATOR,
)
def dead_letters(
    request: Request,
    db: Db,
    as_csv: parameters.AsCsv,
    queue: Queue = None,
    limit: parameters.Limit = 50,
    cursor: parameters.Cursor = None,
) -> Response:
    """Messages that were given up, and why, newest first. Takes the role service_role."""
    found = operations.dead_letters(db, queue=queue, limit=limit, cursor=cursor)
    return answers.listing(request, operations.DeadLetter, found, as_csv=as_csv)


class ToReplay(BaseModel):
    """Which dead letters to put back: those of these ids."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=1_000)


class Replayed(BaseModel):
    """How many were put back; those that had been before are left alone."""

    model_config = ConfigDict(frozen=True)

    replayed: int


@router.post("/dead-letters/replay", operation_id="replayDeadLetters", response_model=Replayed, dependencies=OPERATOR)
async def replayed(request: Request, edge: EdgeOf, asked: ToReplay) -> Replayed:
    """Put dead letters back on their queues, with no attempts spent. Takes the role service_role."""

    def work(db: Connection[Any]) -> int:
        with writing(db):
            return replay(db, edge.now(), ids=asked.ids)

    return Replayed(replayed=await with_connection(request, work))
