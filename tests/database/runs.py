"""A shell over a source in memory and a test's database, and the hands that the named workers take."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from linernotes.database.store import Store
from linernotes.model.message import Queue
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues.belt import Belt
from linernotes.services.hands import Hands
from linernotes.services.workers import call
from tests.shelf import Only, Shelf

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Run:
    """A shell over a test's database, with a clock that the test moves."""

    def __init__(self, pool: Any, db: Any) -> None:
        self.now = NOW
        self.db = db
        self.shelf = Shelf()
        belt = Belt(pool, worker="one", now=lambda: self.now, max_attempts=3)
        self.shell = Shell(belt, Store(pool), Only(self.shelf), pool)

    def start(self, name: str = "Artist") -> None:
        self.db.execute(
            "select linernotes.send_once('artist_discovery', jsonb_build_array(jsonb_build_object("
            "'key', 'artist:name:' || %(name)s, 'body', jsonb_build_object('artistName', %(name)s::text))), %(now)s)",
            {"name": name, "now": self.now},
        )

    async def drain(self) -> int:
        """Turn every stage until nothing visible is left; how many messages were taken."""
        taken = 0
        while turned := sum([(await self.shell.turn(stage)).taken for stage in STAGES]):
            taken += turned
        return taken

    def all(self, query: str) -> list[tuple[Any, ...]]:
        return self.db.execute(query).fetchall()

    def one(self, query: str) -> Any:
        return self.db.execute(query).fetchone()[0]


def waiting(run: Run) -> dict[str, int]:
    return {q: run.one(f"select count(*) from pgmq.q_{q}") for q in Queue}


class Office(Run):
    """A shell over a shelf, and the hands that the workers take."""

    def __init__(self, pool: Any, db: Any) -> None:
        super().__init__(pool, db)
        self.hands = Hands(pool=pool, belt=self.shell.belt, shell=self.shell, url=pool.conninfo)

    async def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """The answer, which must be JSON as it stands."""
        answer = await call(name, arguments, self.hands)
        assert json.loads(json.dumps(answer)) == answer
        return answer

    def waiting(self, queue: str) -> int:
        return int(self.one(f"select count(*) from pgmq.q_{queue}"))


def uuid_form(msg_id: int) -> str:
    return str(UUID(int=msg_id))
