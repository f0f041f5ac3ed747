"""How a route comes to its connection, and that it always comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import get_ident
from typing import Any

import psycopg
import pytest
from anyio import to_thread
from fastapi.testclient import TestClient
from psycopg import Connection

from linernotes.api.app import create_app
from linernotes.api.edge import Edge, open_edge
from linernotes.api.reading import Db, Reading, Router, Turnstile
from linernotes.settings import Settings
from tests.factories import World


@contextmanager
def calling(url: str, router: Router) -> Iterator[TestClient]:
    """The application with these routes, and one connection for all."""
    with open_edge(Settings(), url, size=1) as edge:
        app = create_app(edge)
        app.include_router(router)
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            yield client


def test_a_route_has_its_connection_in_its_own_thread_and_gives_it_back_there(database_url: str, monkeypatch: Any):
    router, threads = Router(), []
    begin, close = Reading.open, Reading.close
    monkeypatch.setattr(Reading, "open", lambda self: threads.append(get_ident()) or begin(self))
    monkeypatch.setattr(Reading, "close", lambda self: threads.append(get_ident()) or close(self))

    @router.get("/read")
    def read(db: Db) -> int:
        threads.append(get_ident())
        return db.execute("select 1").fetchone()[0]  # type: ignore[index]

    with calling(database_url, router) as client:
        assert client.get("/read").json() == 1
    assert len(threads) == 3
    assert len(set(threads)) == 1


def test_a_route_that_fails_gives_its_connection_back(database_url: str, capsys: pytest.CaptureFixture[str]):
    router = Router()

    @router.get("/fails")
    def fails(db: Db) -> None:
        db.execute("select 1/0")

    with calling(database_url, router) as client:
        assert [client.get("/fails").status_code for _ in range(3)] == [422] * 3
        assert client.get("/v1/artists").status_code == 200
    assert "rolling back" not in capsys.readouterr().err


def test_a_route_of_another_router_reads_as_well(database_url: str):
    with calling(database_url, Router()) as client:

        @client.app.get("/other")  # type: ignore[attr-defined]
        async def other(db: Db) -> str:
            row = await to_thread.run_sync(lambda: db.execute("show transaction_read_only").fetchone())
            return str(row and row[0])

        assert [client.get("/other").json() for _ in range(3)] == ["on"] * 3


def test_a_connection_that_the_server_ended_is_told_without_asking_and_another_taken(
    edge: Edge, database_url: str, db: Connection[Any]
):
    with TestClient(create_app(edge), base_url="http://127.0.0.1") as client:
        assert client.get("/v1/artists").status_code == 200
        ended = """select pg_terminate_backend(pid, 5000) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid()"""
        assert db.execute(ended).fetchall()
        assert client.get("/v1/artists").status_code == 200


async def test_a_reading_on_which_nothing_comes_is_cut_from_our_side(edge: Edge):
    turnstile = Turnstile(edge)
    began = time.monotonic()
    with pytest.raises(psycopg.OperationalError):
        async with turnstile.reading(cut_after=timedelta(milliseconds=200)) as reading:
            await to_thread.run_sync(
                lambda: reading.open().execute("set local statement_timeout = 0; select pg_sleep(60)")
            )
    assert time.monotonic() - began < 10
    async with turnstile.reading() as reading:
        assert (await to_thread.run_sync(lambda: reading.execute("select 1").fetchone())) == (1,)


async def test_a_reading_that_is_too_late_for_its_connection_is_cut_at_once(edge: Edge):
    late = Reading(edge.pool)
    late.cut()
    with pytest.raises(psycopg.OperationalError):
        await to_thread.run_sync(late.open)
    late.close()


def test_a_page_whose_questions_go_out_at_once_is_ended_when_one_takes_too_long(
    database_url: str, db: Connection[Any], monkeypatch: Any
):
    from linernotes.search import profile

    world = World(db)
    who = world.producer("Ada")
    slow = {name: profile.SQL[name] for name in profile.SQL} | {
        "roles": "select pg_sleep(60) where %(id)s::uuid is not null"
    }  # type: ignore[attr-defined]
    monkeypatch.setattr(profile, "SQL", slow)
    monkeypatch.setattr("linernotes.api.reading.READ_FOR", timedelta(milliseconds=50))
    monkeypatch.setattr("linernotes.api.reading.begin_reading.__defaults__", (timedelta(milliseconds=50),))
    with calling(database_url, Router()) as client:
        assert client.get(f"/v1/producers/{who}").status_code == 503
        assert client.get("/v1/artists").status_code == 200
