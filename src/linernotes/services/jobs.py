"""Running a scheduled job: whose turn it is, the work itself, and the trace that every run leaves.

A run is a row of linernotes.job_runs. Who makes it runs the job, and keeps it by moving its lease forward; a run that
was given up as lost can no longer be ended by its former runner, and a database function that it was about to commit
is rolled back. The workers' own work is fenced by the leases of its messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from linernotes.database.beating import beating
from linernotes.errors import LinernotesError, NotFound, RunsAlready, SettingsError, first_line
from linernotes.logs import get_logger
from linernotes.queries import load_queries
from linernotes.services.chores import CHORES
from linernotes.services.hands import Hands
from linernotes.services.workers import call

log = get_logger()

SQL = load_queries("linernotes.services", "jobs.sql")

LEASE = timedelta(seconds=60)
"""How long a run is ours without a sign of life; one is given three times as often."""

LIMIT = timedelta(minutes=30)
"""How long a run may take. What it holds then is given back."""

SCHEMAS = ("public", "linernotes")
"""Where a job's function may lie."""


def the_databases_own() -> datetime | None:
    """The clock that all machines agree on; a test gives another."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it stands in linernotes.jobs. since is its last tick; now is the time at which it was read."""

    name: str
    schedule: str
    runs: str
    target: str
    arguments: dict[str, Any]
    batch_size: int | None
    since: datetime
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run ended: outcome `done` or `failed`, what went wrong, and the answer without its details."""

    outcome: str
    error: str | None = None
    answer: Mapping[str, Any] | None = None


class Jobs:
    """The jobs, in the hands of one process."""

    def __init__(self, hands: Hands, *, by: str, now: Callable[[], datetime | None] = the_databases_own) -> None:
        self._hands = hands
        self._by = by
        self._now = now
        self._ours: set[UUID] = set()

    async def read(self, name: str | None = None) -> list[Job]:
        """All jobs, or the one of that name."""
        async with self._hands.pool.connection() as connection, connection.cursor(row_factory=class_row(Job)) as rows:
            await rows.execute(SQL["jobs"], {"now": self._now(), "name": name})
            return await rows.fetchall()

    async def claim(self, ticks: Mapping[str, datetime | None]) -> dict[str, UUID]:
        """Of these ticks, by job, those that are ours now, each with its run. Runs of dead runners end as lost."""
        asked = [{"job": job, "due_at": at.isoformat() if at else None} for job, at in ticks.items()]
        values = {"ticks": Jsonb(asked), "by": self._by, "lease": LEASE, "now": self._now()}
        async with self._hands.pool.connection() as connection:
            return dict(await (await connection.execute(SQL["claim"], values)).fetchall())

    async def run(self, job: Job, run: UUID) -> Ended:
        """Do the job's work and write down how it ended. Nothing that goes wrong in it is raised."""
        self._ours.add(run)
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(LIMIT.total_seconds()) as limit:
                ended = await self._done(job, run)
        except asyncio.CancelledError:
            stopped = Ended(outcome="failed", error="its scheduler was stopped in the middle of it")
            await asyncio.shield(self._finish(run, stopped))
            raise
        except Exception as error:  # whatever a job does, the scheduler goes on and says it
            late = f"took longer than {LIMIT.seconds // 60} minutes"
            ended = Ended(outcome="failed", error=late if limit.expired() else _why(error))
        finally:
            self._ours.discard(run)
        seconds = round(asyncio.get_running_loop().time() - began, 1)
        if ended.outcome == "failed":
            log.warning("a job failed", job=job.name, seconds=seconds, why=ended.error)
        else:
            log.info("a job ran", job=job.name, seconds=seconds)
        await self._finish(run, ended)
        return ended

    async def run_by_hand(self, name: str) -> Ended:
        """Run a job now, whatever its schedule. Raises NotFound, and RunsAlready while another run goes on."""
        found = await self.read(name)
        if not found:
            raise NotFound(f"There is no job {name!r}; `linernotes jobs list` shows those there are.")
        run = (await self.claim({name: None})).get(name)
        if run is None:
            raise RunsAlready(f"{name} is running at this moment; `linernotes jobs list` says where.")
        async with self.heartbeat():
            return await self.run(found[0], run)

    def heartbeat(self) -> AbstractAsyncContextManager[None]:
        """Keep our runs ours while they go on. A beat that fails is tried again: the lease outlasts three."""
        return beating(self.renew, LEASE / 3)

    async def renew(self) -> None:
        """Give a sign of life for every run that goes on."""
        if self._ours:
            values = {"ids": list(self._ours), "lease": LEASE, "now": self._now()}
            async with self._hands.pool.connection() as connection:
                await connection.execute(SQL["renew"], values)

    async def _done(self, job: Job, run: UUID) -> Ended:
        match job.runs:
            case "function":
                return await self._called(job, run)
            case "worker":
                sized = {} if job.batch_size is None else {"batch_size": job.batch_size}
                return _ended(await call(job.target, {**job.arguments, **sized}, self._hands))
            case "chore" if job.target in CHORES:
                return _ended(await CHORES[job.target](job.arguments, self._hands, self._now() or job.now))
        raise SettingsError(f"linernotes.jobs: {job.name} runs {job.runs} {job.target!r}, which does not exist.")

    async def _called(self, job: Job, run: UUID) -> Ended:
        """The database function, in one transaction with the end of its run: lost runs change nothing."""
        statement = sql.SQL("select to_jsonb(called) from ({}) as result (called)").format(
            function_call(job.target, job.arguments)
        )
        async with self._hands.pool.connection() as connection, connection.transaction():
            if await (await connection.execute(SQL["hold"], {"id": run})).fetchone() is None:
                raise LinernotesError("this run was given up as lost before it began")
            row = await (await connection.execute(statement)).fetchone()
            answer = row[0] if row else None
            ended = Ended(outcome="done", answer=answer if isinstance(answer, dict) else {"result": answer})
            await self._write(connection, run, ended)
        return ended

    async def _finish(self, run: UUID, ended: Ended) -> None:
        """Write the end down; a database that is away for a moment is waited for, one that stays away is not."""
        for attempt in range(1, 6):
            try:
                async with self._hands.pool.connection() as connection:
                    return await self._write(connection, run, ended)
            except psycopg.OperationalError as error:
                log.warning("the end of a run was not written", attempt=attempt, why=first_line(error))
                await asyncio.sleep(attempt)
        return None

    async def _write(self, connection: AsyncConnection[Any], run: UUID, ended: Ended) -> None:
        answer = None if ended.answer is None else Jsonb(ended.answer)
        values = {"id": run, "outcome": ended.outcome, "error": ended.error, "answer": answer, "now": self._now()}
        await connection.execute(SQL["finish"], values)


def _why(error: Exception) -> str:
    """What went wrong in one line: a sentence of ours as it stands, anything else with its kind."""
    text = first_line(error)
    return text if isinstance(error, LinernotesError) else f"{type(error).__name__}: {text}"


def _ended(answer: dict[str, Any]) -> Ended:
    """A worker's answer as the end of a run. Its details name artists and people: they are not kept."""
    kept = {key: value for key, value in answer.items() if key != "details"}
    if answer["success"]:
        return Ended(outcome="done", answer=kept)
    details = answer.get("details") or {}
    whys = [e["error"] for e in (*details.get("errors", ()), *answer.get("queues", ())) if e.get("error")]
    return Ended(outcome="failed", error=answer.get("error") or "; ".join(whys) or "no success", answer=kept)


def function_call(target: str, arguments: Mapping[str, Any]) -> sql.Composed:
    """The statement that calls a function with named arguments. Raises SettingsError for one outside our schemas."""
    schema, _, function = target.partition(".")
    if schema not in SCHEMAS or not function:
        raise SettingsError(f"linernotes.jobs: {target!r} is no function of schema {' or '.join(SCHEMAS)}.")
    given = [sql.SQL("{} => {}").format(sql.Identifier(n), sql.Literal(_value(v))) for n, v in arguments.items()]
    return sql.SQL("select {}({})").format(sql.Identifier(schema, function), sql.SQL(", ").join(given))


def _value(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
