"""`linernotes health`: whether all is well, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import typer

from linernotes.cli.context import open_database
from linernotes.cli.output import JsonFlag, show_json, telling_errors, write
from linernotes.search.operations import Health, Job, health, jobs

UNHEALTHY = "unhealthy"

SILENT = timedelta(minutes=10)
"""Some job is due every few minutes: when none was fired for so long, no scheduler is up."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("health")(tell_health)


@telling_errors()
def tell_health(json: JsonFlag = False) -> None:
    """Say whether all is well: queues, entities, workers. Ends with 1 when it is unhealthy."""
    now = datetime.now(UTC)
    with open_database() as db:
        found, scheduled = health(db), jobs(db, now)
    if json:
        show_json(found.report)
    else:
        write("".join(f"{line}\n" for line in [*lines(found), *job_lines(scheduled, now)]))
    if found.status == UNHEALTHY:
        raise typer.Exit(1)


def lines(found: Health) -> list[str]:
    """The verdict, its numbers, and for each that is above 0 where to look."""
    report = found.report
    queues = [f"{q['queue_name']} {q['stuck']} of {q['total']}" for q in report["queues"]["details"] if q["stuck"]]
    entities = [
        f"{e['entity_type']}: {e['in_progress']} in progress, {e['stalled']} stalled, {e['failed']} failed"
        for e in report["processing"]["details"]
        if e["in_progress"] or e["stalled"] or e["failed"]
    ]
    issues = [
        f"{i['worker_name']}: {i['unresolved']} {i['issue_type']}, the latest {i['latest']}"
        for i in report["worker_issues"]["details"]
        if i["unresolved"]
    ]
    return [
        found.status,
        f"stuck messages     {found.stuck_messages}{_see('linernotes queues stuck', found.stuck_messages)}",
        *_indented(queues),
        f"entities stalled   {found.stalled}",
        *_indented(entities),
        f"dead letters       {found.dead_lettered}{_see('linernotes queues dead', found.dead_lettered)}",
        f"unresolved issues  {found.unresolved_issues}",
        *_indented(issues),
    ]


def job_lines(scheduled: Sequence[Job], now: datetime) -> list[str]:
    """The jobs whose latest run did not succeed, and a scheduler that is missed. No part of the verdict."""
    failing = [job for job in scheduled if job.state in ("failed", "lost")]
    told = [f"jobs failing       {len(failing)}{_see('linernotes jobs list', len(failing))}"]
    told += _indented([f"{job.name}: {job.last_error}" for job in failing])
    latest = max((job.last_started_at for job in scheduled if job.last_started_at), default=None)
    if latest is None or now - latest > SILENT:
        since = "no job ever ran" if latest is None else f"no job ran since {latest:%Y-%m-%d %H:%M}"
        told.append(f"scheduler          {since}: start linernotes scheduler, unless pg_cron fires them")
    return told


def _see(command: str, count: int) -> str:
    return f"  ({command})" if count else ""


def _indented(texts: list[str]) -> list[str]:
    return [f"  {text}" for text in texts]
