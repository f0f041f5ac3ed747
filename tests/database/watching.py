"""Schedulers under a clock that a test moves, jobs that note their runs, and waiting for what must come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.services.jobs import Jobs
from linernotes.services.scheduler import Scheduler
from tests.database.runs import Office

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


MINUTE = timedelta(minutes=1)


NOTED = """
    create table linernotes.noted (name text, transaction xid8 default pg_current_xact_id());
    create function linernotes.note(p_name text) returns text language plpgsql set search_path = '' as $$
    begin
        insert into linernotes.noted (name) values (p_name);
        perform pg_advisory_xact_lock_shared(77);
        return p_name;
    end $$;
    create function linernotes.fail() returns void language plpgsql set search_path = '' as $$
    begin raise exception 'there is no luck today'; end $$;
"""


GATE = 77
"""Whoever holds this advisory lock makes every `note` wait."""


class Watch:
    """Schedulers over one database, with a clock that the test moves, and no jobs but those it makes."""

    def __init__(self, pool: Any, db: Connection[Any]) -> None:
        self.office = Office(pool, db)
        self.db = db
        self.now = NOON
        db.execute("delete from linernotes.jobs")
        db.execute(NOTED)

    def scheduler(self, name: str = "one") -> Scheduler:
        return Scheduler(self.office.hands, by=name, now=lambda: self.now)

    def jobs(self, name: str = "one") -> Jobs:
        return Jobs(self.office.hands, by=name, now=lambda: self.now)

    def job(self, name: str, schedule: str = "*/2 * * * *", target: str = "linernotes.note", **more: Any) -> None:
        """A job that notes its own name, unless said otherwise."""
        arguments = more.get("arguments", {"p_name": name} if target == "linernotes.note" else {})
        self.db.execute(
            "insert into linernotes.jobs (name, schedule, runs, target, arguments, batch_size, purpose, since)"
            " values (%s, %s, %s, %s, %s, %s, 'for a test', %s)",
            [
                name,
                schedule,
                more.get("runs", "function"),
                target,
                Jsonb(arguments),
                more.get("batch_size"),
                more.get("since", NOON),
            ],
        )

    def noted(self, name: str = "a") -> int:
        row = self.db.execute("select count(*) from linernotes.noted where name = %s", [name]).fetchone()
        assert row
        return int(row[0])

    def runs(self, columns: str = "due_at, outcome", job: str = "a") -> list[tuple[Any, ...]]:
        return self.db.execute(
            f"select {columns} from linernotes.job_runs where job = %s order by started_at, due_at", [job]
        ).fetchall()


async def fired(*schedulers: Scheduler) -> None:
    """All of them look at the same moment, and what they start ends."""
    await asyncio.gather(*(one.fire() for one in schedulers))
    for one in schedulers:
        await one.settled()


async def until(condition: Callable[[], bool]) -> None:
    """Look again and again; the deadline is a failure."""
    for _ in range(2_000):
        if condition():
            return
        await asyncio.sleep(0.01)  # between two looks
    raise AssertionError("never came true")
