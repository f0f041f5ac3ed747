"""Routes about how the pipeline is doing: health, queues, sources; for the operator also jobs and dead letters."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from linernotes.api.auth import require
from linernotes.api.keys import Role
from linernotes.api.reading import Db, EdgeOf
from linernotes.api.v1 import answers, parameters
from linernotes.search import operations
from linernotes.search.paging import Page

router = APIRouter(tags=["operations"])
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


@router.get("/health", operation_id="getHealth", response_model=HealthShown, responses=answers.described(HealthShown))
def health(request: Request, db: Db) -> Response:
    """Whether queues, entities and workers are well."""
    return answers.value(request, HealthShown, HealthShown.model_validate(operations.health(db)), fresh=0)


@router.get(
    "/queues",
    operation_id="listQueues",
    response_model=Page[operations.QueueState],
    responses=answers.described(operations.QueueState, csv=True),
)
def queues(request: Request, db: Db, edge: EdgeOf, as_csv: parameters.AsCsv) -> Response:
    """The queues: how much waits, is in hand, is stuck, was given up."""
    return answers.whole(request, operations.QueueState, operations.queues(db, edge.now()), as_csv=as_csv)


@router.get(
    "/sources",
    operation_id="listSources",
    response_model=Page[operations.SourceState],
    responses=answers.described(operations.SourceState, csv=True),
)
def sources(request: Request, db: Db, edge: EdgeOf, as_csv: parameters.AsCsv) -> Response:
    """The sources that were asked: calls made, and until when and why one is left alone."""
    return answers.whole(request, operations.SourceState, operations.sources(db, edge.now()), as_csv=as_csv)


@router.get(
    "/jobs",
    operation_id="listJobs",
    response_model=Page[operations.Job],
    responses=answers.described(operations.Job, csv=True),
    dependencies=OPERATOR,
)
def jobs(request: Request, db: Db, edge: EdgeOf, as_csv: parameters.AsCsv) -> Response:
    """The scheduled jobs: when, in words, the last run and how it ended. Takes the role service_role."""
    return answers.whole(request, operations.Job, operations.jobs(db, edge.now()), as_csv=as_csv)
