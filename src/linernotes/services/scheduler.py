"""Firing the scheduled jobs of linernotes.jobs, each tick once, however many schedulers are up.

There is no leader to elect, to lose and to fence: every scheduler looks at the same rows and asks for the same
ticks, and the database gives each to one of them (linernotes.claim_job_runs). When one scheduler dies, the others
fire the next tick on time, and the run it left is written down as lost. What was missed while none was up is fired
once, for the latest tick. Time is the database's, so that machines need not agree.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import psycopg

from linernotes.errors import LinernotesError, first_line
from linernotes.logs import get_logger
from linernotes.model.schedule import latest_due, next_due
from linernotes.services.hands import Hands
from linernotes.services.jobs import Ended, Job, Jobs, the_databases_own

log = get_logger()

LONGEST_SLEEP = timedelta(seconds=20)
"""A job that was added or changed is noticed within this time."""

RECONNECT_DELAY = timedelta(seconds=1)
GRACE = timedelta(seconds=10)

Running = asyncio.Task[Ended]


class Scheduler:
    """One process's share in firing the jobs. now is for tests; without it the database's clock counts."""

    def __init__(self, hands: Hands, *, by: str, now: Callable[[], datetime | None] = the_databases_own) -> None:
        self._jobs = Jobs(hands, by=by, now=now)
        self._running: set[Running] = set()
        self._stop = asyncio.Event()
        self._unreadable: set[tuple[str, str]] = set()

    def stop(self) -> None:
        """Fire nothing more; what runs is finished first."""
        self._stop.set()

    async def run(self) -> None:
        """Fire jobs until `stop`. What runs then has the grace period to end; after that it is given up."""
        async with self._jobs.heartbeat():
            try:
                while not self._stop.is_set():
                    wait = await self._turn()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._stop.wait(), wait.total_seconds())
                if self._running:
                    await asyncio.wait(self._running, timeout=GRACE.total_seconds())
            finally:
                for task in self._running:
                    task.cancel()
                await asyncio.gather(*self._running, return_exceptions=True)

    async def _turn(self) -> timedelta:
        try:
            return await self.fire()
        except (psycopg.Error, LinernotesError) as error:
            log.warning("no job can be fired now", why=first_line(error))
            return RECONNECT_DELAY

    async def fire(self) -> timedelta:
        """Start whatever is due and not another scheduler's, each in a task of its own; how long until the next."""
        jobs = await self._jobs.read()
        due: dict[str, datetime | None] = {}
        wait = LONGEST_SLEEP
        for job in jobs:
            try:
                if at := latest_due(job.schedule, job.since, job.now):
                    due[job.name] = at
                if following := next_due(job.schedule, job.now):
                    wait = min(wait, following - job.now)
            except LinernotesError as error:
                self._tell_once(job, str(error))
        runs = await self._jobs.claim(due)
        for job in jobs:
            if job.name in runs:
                self._start(job, runs[job.name])
        return max(wait, timedelta(milliseconds=10))

    async def settled(self) -> list[Ended]:
        """Wait until nothing runs any more; how the runs that went on have ended."""
        return list(await asyncio.gather(*self._running))

    def _start(self, job: Job, run: UUID) -> None:
        task = asyncio.create_task(self._jobs.run(job, run), name=job.name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _tell_once(self, job: Job, why: str) -> None:
        if (job.name, job.schedule) not in self._unreadable:
            self._unreadable.add((job.name, job.schedule))
            log.warning("a job is never fired", job=job.name, why=why)
