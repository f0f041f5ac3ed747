"""`linernotes jobs` and `linernotes scheduler`: what is done again and again, by whom, and how it went."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from linernotes.cli.context import Ending, open_database, ready, run_until_told
from linernotes.cli.output import (
    Column,
    CsvFlag,
    JsonFlag,
    Shape,
    say,
    shape_of,
    show_json,
    show_list,
    telling_errors,
    write,
)
from linernotes.queues.belt import worker_name
from linernotes.search import operations
from linernotes.search.formats import plain
from linernotes.services.hands import open_hands
from linernotes.services.jobs import Ended, Jobs
from linernotes.services.pg_cron import statements
from linernotes.services.scheduler import Scheduler
from linernotes.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The scheduled jobs: when they run, how they went, and one of them now.")


def register(root: typer.Typer) -> None:
    """Add the command and the command group."""
    root.command()(scheduler)
    root.add_typer(app, name="jobs")


@telling_errors()
def scheduler() -> None:
    """Fire the scheduled jobs. Any number may run; each tick of a job fires once. SIGTERM ends it in good order."""
    settings, url = ready(level=logging.INFO, patient=True)
    run_until_told(lambda ending: _schedule(settings, url, ending))
    say("The scheduler has ended.")


async def _schedule(settings: Settings, url: str, ending: Ending) -> None:
    name = worker_name()
    async with open_hands(settings, url, worker=name, patient=True) as hands:
        schedules = Scheduler(hands, by=name)
        ending.calls(schedules.stop)
        await schedules.run()


@app.command("list")
@telling_errors()
def list_(json: JsonFlag = False, csv: CsvFlag = False) -> None:
    """List the jobs: the schedule, when each is due next, and how it went last."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        found = operations.jobs(db, datetime.now(UTC))
    columns = [
        Column("name", "job"),
        Column("schedule"),
        Column("in_words", "in words"),
        Column("next_at", "next"),
        Column("last_started_at", "last run"),
        Column("took", "seconds", right=True),
        Column("state", "outcome"),
        Column("last_error", "why"),
        Column("purpose", only=Shape.CSV),
    ]
    show_list([_shown(job, "took") for job in found], columns, shape=shape)


@app.command()
@telling_errors()
def runs(
    job: Annotated[str | None, typer.Option("--job", help="Only runs of this job.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many to list at most.")] = 50,
    json: JsonFlag = False,
    csv: CsvFlag = False,
) -> None:
    """List the latest runs of the jobs, newest first."""
    shape = shape_of(json=json, csv=csv)
    with open_database() as db:
        found = operations.job_runs(db, job=job, limit=limit)
    columns = [
        Column("job"),
        Column("due_at", "due"),
        Column("started_at", "started"),
        Column("seconds", right=True),
        Column("outcome"),
        Column("error", "why"),
        Column("run_by", "by"),
    ]
    rows = [
        {**_shown(run), "seconds": _seconds(run.finished_at - run.started_at if run.finished_at else None)}
        for run in found
    ]
    show_list(rows, columns, shape=shape, empty="No job has run yet; `linernotes scheduler` fires them.")


@app.command()
@telling_errors()
def run(name: Annotated[str, typer.Argument(help="The job, as `jobs list` prints it.")]) -> None:
    """Run a job now, whatever its schedule, and print its answer."""
    settings, url = ready()
    ended = asyncio.run(_run_now(settings, url, name))
    if ended.answer is not None:
        show_json(ended.answer)
    if ended.error is not None:
        say(f"linernotes: {name} failed: {ended.error}")
        raise typer.Exit(1)


async def _run_now(settings: Settings, url: str, name: str) -> Ended:
    by = worker_name()
    async with open_hands(settings, url, worker=by) as hands:
        return await Jobs(hands, by=by).run_by_hand(name)


@app.command()
@telling_errors()
def sql() -> None:
    """Print the statements that let pg_cron fire the jobs."""
    with open_database() as db:
        write(statements(operations.jobs(db, datetime.now(UTC))))


def _shown(row: Any, *lengths: str) -> dict[str, Any]:
    """A frozen value as an object, with its lengths of time in seconds."""
    told: dict[str, Any] = {name: getattr(row, name) for name in row.__slots__}
    return {name: _seconds(value) if name in lengths else plain(value) for name, value in told.items()}


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 3)
