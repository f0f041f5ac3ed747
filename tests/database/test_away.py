"""A database that hangs, goes away and comes back under a worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from linernotes.database.bounded import BoundedConnection
from linernotes.database.connect import open_pool
from linernotes.database.store import Store
from linernotes.errors import DatabaseError
from linernotes.model.message import Snooze
from linernotes.pipeline.outcomes import outcome_of
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues.belt import Belt
from linernotes.services.worker import Worker
from tests.database.link import Link, link_to
from tests.shelf import Only, Shelf


async def comes_true(condition: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float) -> float:
    """Look until it is so; after how many seconds it was."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while True:
            said = condition()
            if said if isinstance(said, bool) else await said:
                return time.monotonic() - began
            await asyncio.sleep(0.01)  # between two looks


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundedConnection, "deadline", timedelta(seconds=0.5))
    monkeypatch.setattr("linernotes.database.bounded.CANCEL_WITHIN", 0.2)


@pytest.mark.usefixtures("impatient")
async def test_a_statement_on_a_link_that_has_gone_silent_ends_in_time(database_url: str):
    async with link_to(database_url) as link, await open_pool(link.url) as pool:
        async with pool.connection() as connection:
            await connection.execute("select 1")
            link.freeze()
            with pytest.raises(psycopg.OperationalError, match=r"did not answer within 0\.5 s"):
                await connection.execute("select 1")
        link.come_back()
        async with pool.connection() as connection:
            assert await (await connection.execute("select 1")).fetchone() == (1,)


@pytest.mark.usefixtures("impatient")
async def test_a_commit_on_a_link_that_has_gone_silent_ends_in_time(database_url: str):
    async with link_to(database_url) as link, await open_pool(link.url) as pool:

        async def settle() -> None:
            async with pool.connection() as connection, connection.transaction():
                await connection.execute("create table made (n integer)")
                link.freeze()

        with pytest.raises(psycopg.OperationalError, match="did not answer"):
            await settle()


@pytest.mark.usefixtures("impatient")
async def test_a_statement_that_takes_too_long_is_stopped_on_the_server(database_url: str, db: Any):
    async with await open_pool(database_url) as pool:
        async with pool.connection() as connection:
            pid = connection.info.backend_pid
            with pytest.raises(psycopg.OperationalError, match="did not answer"):
                await connection.execute("select pg_sleep(3600)")
        gone = "select count(*) = 0 from pg_stat_activity where pid = %s"
        await comes_true(lambda: db.execute(gone, [pid]).fetchone()[0], 10)


async def test_a_pool_serves_again_within_seconds_after_the_database_is_back(database_url: str):
    async with link_to(database_url) as link, await open_pool(link.url) as pool:

        async def answers() -> bool:
            try:
                async with pool.connection(timeout=1) as connection:
                    await connection.execute("select 1")
            except psycopg.OperationalError:
                await pool.check()
                return False
            return True

        assert await answers()
        link.go_away()
        gone = time.monotonic()

        async def has_been_away() -> bool:
            return not await answers() and time.monotonic() - gone > 6

        await comes_true(has_been_away, 30)
        link.come_back()
        assert await comes_true(answers, 20) < 5


def shell_over(pool: Any, shelf: Shelf) -> Shell:
    belt = Belt(pool, worker="one", now=lambda: datetime.now(UTC))
    return Shell(belt, Store(pool), Only(shelf), pool)


def send_artist(db: Any) -> None:
    db.execute('select pgmq.send(\'artist_discovery\', \'{"artistName": "Artist", "source": "test"}\')')


class Leaves(Shelf):
    """A source during whose answer the database goes away."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link

    def _ask(self, what: str, about: str) -> None:
        super()._ask(what, about)
        if what == "artists" and len(self.asked) == 1:
            self.link.go_away()


async def test_what_was_gathered_while_the_database_went_away_is_settled_when_it_is_back(database_url: str, db: Any):
    send_artist(db)
    async with link_to(database_url) as link, await open_pool(link.url) as pool:
        shelf = Leaves(link)
        turn = asyncio.create_task(shell_over(pool, shelf).turn(STAGES[0]))
        await comes_true(lambda: bool(shelf.asked), 10)
        link.come_back()
        assert len((await turn).done) == 1
    assert shelf.asked == ["artists Artist"]
    assert db.execute("select count(*) from artists").fetchone() == (1,)
    assert db.execute("select count(*) from linernotes.dead_letters").fetchone() == (0,)


async def test_a_worker_goes_on_within_seconds_after_the_database_is_back(database_url: str, db: Any):
    async with link_to(database_url) as link, await open_pool(link.url) as pool:
        shelf = Shelf()
        worker = Worker(shell_over(pool, shelf), url=link.url)
        running = asyncio.create_task(worker.run())
        connected = "select count(*) >= 2 from pg_stat_activity where datname = current_database() and pid <> %s"
        mine = db.info.backend_pid
        await comes_true(lambda: db.execute(connected, [mine]).fetchone()[0], 10)
        link.go_away()
        send_artist(db)
        link.come_back()
        done = "select count(*) = 2 from track_producers"
        assert await comes_true(lambda: db.execute(done).fetchone()[0], 20) < 6
        worker.stop()
        await running


@pytest.mark.parametrize(
    "error",
    [psycopg.OperationalError("server closed the connection unexpectedly"), DatabaseError("PostgreSQL is away")],
)
def test_a_database_that_is_away_is_no_messages_fault(error: Exception):
    assert isinstance(outcome_of(error, "gather"), Snooze)


def test_an_error_that_the_database_answers_with_counts_as_an_attempt():
    assert not isinstance(outcome_of(psycopg.errors.QueryCanceled("too long"), "gather"), Snooze)


async def test_a_process_that_must_end_while_the_database_is_away_ends(database_url: str, db: Any):
    send_artist(db)
    async with link_to(database_url) as link, await open_pool(link.url) as pool:
        shelf = Leaves(link)
        turn = asyncio.create_task(shell_over(pool, shelf).turn(STAGES[0]))
        await comes_true(lambda: bool(shelf.asked), 10)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    (message,) = db.execute("select read_ct from pgmq.q_artist_discovery").fetchall()
    assert message == (1,)
