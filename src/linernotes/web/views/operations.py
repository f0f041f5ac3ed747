"""How the pipeline is doing, and putting back what was given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from linernotes.api.auth import Caller, refuse_lesser, require
from linernotes.api.edge import Edge
from linernotes.api.keys import Role
from linernotes.api.reading import Db, EdgeOf, Router
from linernotes.errors import NotFound, UsageError
from linernotes.queues.operating import replay
from linernotes.search import operations
from linernotes.search.people import problems
from linernotes.search.producers import as_uuid
from linernotes.search.throughput import NOTHING, Throughput, throughput
from linernotes.services.monitor import reset_stuck
from linernotes.web.forms import FormOf
from linernotes.web.svg.bars import Share, history, stacked
from linernotes.web.visit import VisitOf
from linernotes.web.writing import Writing

router = Router(prefix="/operations")

LETTERS_A_PAGE = 25
RUNS_SHOWN = 50
PROBLEMS_SHOWN = 200
NEWS_MS = 5000
"""How often the page looks again by itself where a script runs, in milliseconds."""

operating = [require(Role.SERVICE)]


@router.get("")
def overview(visit: VisitOf, db: Db, edge: EdgeOf) -> Response:
    """Health, queues, what is stuck, sources and jobs on one page."""
    let_look(visit.caller, edge)
    now = edge.now()
    queues = operations.queues(db, now)
    done = throughput(db, now)
    longest = max((q.waiting + q.hidden + q.dead for q in queues), default=0) or 1
    return visit.page(
        "operations.html",
        title="Operations",
        private=True,
        now=now,
        health=operations.health(db),
        queues=[(queue, drawn(queue, longest), lately(queue, done)) for queue in queues],
        stuck=operations.stuck(db),
        sources=operations.sources(db, now),
        jobs=operations.jobs(db, now),
        news_ms=NEWS_MS,
        may_operate=may_operate(visit.caller),
    )


@router.get("/dead-letters")
def dead_letters(
    visit: VisitOf,
    db: Db,
    edge: EdgeOf,
    queue: Annotated[str | None, Query(max_length=100)] = None,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    put_back: Annotated[int | None, Query(ge=0)] = None,
) -> Response:
    """What was given up, each with its reason, newest first."""
    let_look(visit.caller, edge)
    return visit.page(
        "dead_letters.html",
        title="Dead letters",
        private=True,
        queue=queue or None,
        letters=operations.dead_letters(db, queue=queue or None, limit=LETTERS_A_PAGE, cursor=cursor),
        begun=cursor is not None,
        put_back=put_back,
        may_operate=may_operate(visit.caller),
    )


@router.get("/problems")
def unusable(
    visit: VisitOf, db: Db, edge: EdgeOf, source: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    """What sources said that could not be used, the latest first."""
    let_look(visit.caller, edge)
    noted = problems(db, source or None, PROBLEMS_SHOWN)
    return visit.page(
        "problems.html", title="Not usable", private=True, problems=noted, source=source or None, most=PROBLEMS_SHOWN
    )


@router.post("/dead-letters", dependencies=operating)
async def put_back(form: FormOf, writing: Writing, edge: EdgeOf) -> Response:
    """Put one dead letter, or all of a queue, back on its queue."""
    queue, ids = form.get("queue") or None, chosen_letters(form)
    count = await writing(lambda db: replay(db, edge.now(), queue=queue, ids=ids))
    return RedirectResponse(f"/operations/dead-letters?put_back={count}", 303)


@router.post("/stuck", dependencies=operating)
async def free(form: FormOf, writing: Writing) -> Response:
    """Make what is stuck visible again, on one queue or on all."""
    queue = form.get("queue") or None
    await writing(lambda db: reset_stuck(db, queue=queue, minutes=operations.STUCK_MINUTES))
    return RedirectResponse("/operations", 303)


@router.get("/jobs/{name}")
def job(visit: VisitOf, db: Db, edge: EdgeOf, name: str) -> Response:
    """One scheduled job and its latest runs."""
    let_look(visit.caller, edge)
    known = next((job for job in operations.jobs(db, edge.now()) if job.name == name), None)
    if known is None:
        raise NotFound(f"There is no job {name!r}; /operations lists those there are.")
    runs = operations.job_runs(db, job=name, limit=RUNS_SHOWN)
    return visit.page("job.html", title=name, private=True, job=known, runs=runs)


def may_operate(caller: Caller) -> bool:
    """Whether they may change something here."""
    return caller.role is Role.SERVICE


def let_look(caller: Caller, edge: Edge) -> None:
    """Who operates may look, and on loopback without any secret everybody who sits at this machine.

    Raises NotAllowed and NotSignedIn for all others: messages and errors are not what they were let in for.
    """
    if not edge.at_home:
        refuse_lesser(caller, Role.SERVICE)


def drawn(queue: operations.QueueState, longest: int) -> str:
    """A queue as a bar, beside the longest one."""
    parts = [Share(queue.waiting, "visible"), Share(queue.hidden, "hidden"), Share(queue.dead, "dead")]
    return stacked(parts, out_of=longest, title=f"{queue.queue} now", key=f"bar-{queue.queue}")


def lately(queue: operations.QueueState, done: Mapping[str, Throughput]) -> str:
    """The last two hours of a queue."""
    steps = done.get(queue.queue, NOTHING)
    return history(
        steps.done, steps.failed, title=f"{queue.queue} in the last two hours", key=f"history-{queue.queue}"
    )


def chosen_letters(form: Mapping[str, str]) -> list[UUID] | None:
    """The one letter that was chosen, None for all. Raises UsageError when neither is said."""
    if (text := form.get("id")) is not None:
        if (id_ := as_uuid(text)) is None:
            raise UsageError("That is not the id of a dead letter.")
        return [id_]
    if form.get("everything") != "1":
        raise UsageError("Choose a dead letter, or all of them.")
    return None
