"""What the interface does when something below or before it fails, seen from outside."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import httpx2
import psycopg
import pytest
from anyio import to_thread
from fastapi import FastAPI

from linernotes.api.app import create_app
from linernotes.api.edge import Edge, open_edge
from linernotes.api.reading import Db, Turnstile
from linernotes.api.server import PatientProtocol, listen, new_server, port_of
from linernotes.database import migrate, server
from linernotes.errors import DatabaseError
from linernotes.settings import Settings
from tests.api.conftest import Served
from tests.api.serving import serving
from tests.conftest import BASE, QUICK

BACK_WITHIN = 5  # seconds
SLOW_ONES = 300


def until(true: Callable[[], bool], within: float = 30) -> float:
    """Wait until it is true, and say how many seconds that took. Fails when it takes longer."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within
    return time.monotonic() - began


# ---- the database


@pytest.fixture
def home_of_database() -> Iterator[Path]:
    """A database server of the test's own, which it may stop."""
    home = Path(os.environ[BASE]) / f"own-{secrets.token_hex(4)}"
    yield home
    server.down(home)
    shutil.rmtree(home, ignore_errors=True)


def test_while_the_database_is_away_the_answer_is_503_and_soon_after_its_return_all_is_well(
    home_of_database: Path, tmp_path: Path
):
    url = server.up(home_of_database, settings=QUICK)
    migrate.migrate(url)
    with serving(url, tmp_path) as serve, httpx2.Client(base_url=serve.url, timeout=20) as client:
        assert client.get("/v1/artists").status_code == 200
        server.down(home_of_database)
        for path in (
            "/v1/artists",
            "/v1/producers?q=a",
            "/v1/artists",
            "/rest/v1/rpc/search_producers?search_term=a",
        ):
            away = client.get(path)
            assert (away.status_code, away.headers["retry-after"]) == (503, "2"), path
            assert "Traceback" not in away.text
        page = client.get("/", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
        server.up(home_of_database, settings=QUICK)
        assert until(lambda: client.get("/v1/artists").status_code == 200) < BACK_WITHIN
        assert client.get("/rest/v1/rpc/search_producers?search_term=a").status_code == 200
        assert serve.end() == 0


async def test_a_connection_on_which_nothing_comes_is_cut_from_our_side(edge: Edge):
    turnstile = Turnstile(edge)
    began = time.monotonic()
    with pytest.raises(psycopg.OperationalError):
        async with turnstile.connection(cut_after=timedelta(milliseconds=200)) as db:
            await to_thread.run_sync(db.execute, "select pg_sleep(60)")
    assert time.monotonic() - began < 10
    async with turnstile.connection() as db:  # the pool has put another in its place
        assert (await to_thread.run_sync(db.execute, "select 1")).fetchone() == (1,)


async def test_who_finds_every_connection_taken_is_told_so_and_does_not_wait_in_a_thread(database_url: str):
    with open_edge(Settings(), database_url, size=1) as edge:
        turnstile = Turnstile(edge)
        async with turnstile.connection():
            with pytest.raises(DatabaseError, match="Ask again"):
                async with turnstile.connection():
                    pass
        async with turnstile.connection() as db:
            assert not db.closed


async def test_a_request_that_is_given_up_gives_its_connection_back(database_url: str):
    with open_edge(Settings(), database_url, size=1) as edge:
        turnstile = Turnstile(edge)
        taken = asyncio.Event()

        async def request() -> None:
            async with turnstile.connection():
                taken.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(request())
        await taken.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with turnstile.connection() as db:
            assert not db.closed


async def test_a_request_that_is_given_up_while_it_waits_for_its_connection_loses_none(database_url: str):
    with open_edge(Settings(), database_url, size=1) as edge:
        edge.pool.wait()
        turnstile, held = Turnstile(edge), edge.pool.getconn()

        async def request() -> None:
            async with turnstile.connection():
                pytest.fail("it was given up before")

        task = asyncio.create_task(request())
        await asyncio.to_thread(until, lambda: edge.pool.get_stats().get("requests_waiting", 0) > 0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        edge.pool.putconn(held)
        async with turnstile.connection() as db:
            assert not db.closed


def test_more_requests_than_connections_are_all_answered(database_url: str):
    with open_edge(Settings(), database_url, size=2) as edge, ExitStack() as stack:
        app = create_app(edge)

        @app.get("/v1/short")
        def short(db: Db) -> int:
            db.execute("select pg_sleep(0.02)")
            return 1

        url = stack.enter_context(running(app))
        statuses: list[int] = []

        def ask() -> None:
            with httpx2.Client(base_url=url, timeout=30) as client:
                statuses.extend(client.get("/v1/short").status_code for _ in range(4))

        threads = [threading.Thread(target=ask) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 80


# ---- sockets


class running(ExitStack):  # noqa: N801
    """The application on a port of the kernel's choice, with a protocol of the test's."""

    def __init__(self, app: FastAPI, head_within: timedelta = timedelta(seconds=10)) -> None:
        super().__init__()
        protocol = type("Protocol", (PatientProtocol,), {"head_within": head_within})
        self.serving = Served(app)
        self.serving.server = new_server(app, http=protocol)
        self.serving.thread = threading.Thread(
            target=self.serving.server.run, kwargs={"sockets": [self.serving.listener]}, daemon=True
        )

    def __enter__(self) -> str:  # type: ignore[override]
        self.enter_context(closing(self.serving.listener))
        self.serving.start()
        self.callback(self.serving.stop)
        return self.serving.url


def sockets_to(url: str, number: int, head: bytes, stack: ExitStack) -> list[socket.socket]:
    address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
    made = [stack.enter_context(socket.create_connection(address)) for _ in range(number)]
    for one in made:
        one.sendall(head)
    return made


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nkey=",
    ],
    ids=["silent", "head", "body"],
)
def test_three_hundred_slow_sockets_do_not_keep_others_waiting(edge: Edge, head: bytes):
    with running(create_app(edge)) as url, ExitStack() as stack, httpx2.Client(base_url=url) as client:
        sockets_to(url, SLOW_ONES, head, stack)
        times = [until(lambda: client.get("/v1/artists").status_code == 200) for _ in range(20)]
    assert sorted(times)[10] < 1


def test_an_answer_does_not_wait_for_an_acknowledgement():
    with closing(listen("127.0.0.1", 0)) as listener, ExitStack() as stack:
        stack.enter_context(socket.create_connection(("127.0.0.1", port_of(listener))))
        accepted = stack.enter_context(listener.accept()[0])
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_head_that_does_not_arrive_in_time_ends_its_connection(edge: Edge):
    with running(create_app(edge), timedelta(milliseconds=300)) as url, ExitStack() as stack:
        silent, dripping = (sockets_to(url, 1, head, stack)[0] for head in (b"", b"GET / HTTP/1.1\r\nX: "))
        dripping.settimeout(0.05)
        ended = False
        began = time.monotonic()
        while not ended and time.monotonic() - began < 20:
            try:
                dripping.sendall(b"x")
                ended = dripping.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
        assert ended
        silent.settimeout(20)
        assert silent.recv(1) == b""


def test_a_connection_that_asks_again_has_the_time_of_a_new_head(edge: Edge):
    with running(create_app(edge), timedelta(seconds=2)) as url, httpx2.Client(base_url=url) as client:
        began = time.monotonic()
        while time.monotonic() - began < 3:
            assert client.get("/v1/artists").status_code == 200


@pytest.mark.parametrize(
    "head",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000,
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET //evil.example/..%2f..%2fetc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
    ids=range(10),
)
def test_what_is_no_http_is_refused_and_harms_nobody(edge: Edge, head: bytes):
    with running(create_app(edge), timedelta(seconds=2)) as url, ExitStack() as stack:
        (strange,) = sockets_to(url, 1, head, stack)
        strange.settimeout(20)
        status = strange.recv(200)[9:12]
        assert status in (b"400", b"404", b"405", b"421", b"431", b""), status
        assert httpx2.get(f"{url}/v1/artists").status_code == 200
