"""Real databases for the tests: a fresh one for each, copied from a migrated template.

One server serves the whole session, all workers of pytest-xdist included. It lies in a folder of its own, listens on
a Unix socket only, and is stopped at the end. A session that was killed leaves its folder behind; the next one to
start finds that nobody holds the folder's lock any more, and clears it away.

LINERNOTES_REQUIRE_ALL=1 turns every skipped test into a failed one: on a machine that claims to have everything,
nothing may go untested in silence.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from psycopg import Connection
from psycopg_pool import AsyncConnectionPool

from linernotes.database import connect, migrate, server
from linernotes.database.binaries import Binaries, bundled
from linernotes.errors import LinernotesError

BASE = "LINERNOTES_TEST_BASE"  # the session's folder, handed to the workers
POSTGRESQL_15 = Path("/usr/lib/postgresql/15/bin")
# The data of a test need not survive a power cut.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "checkpoint_timeout": "1h",
}
TEMPLATE = "linernotes_template"


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A running server of one major version, with a migrated template database."""

    version: int
    url: str

    def database(self, template: str = TEMPLATE) -> str:
        """The URL of a fresh database."""
        name = f"t_{secrets.token_hex(8)}"
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute(f'create database "{name}" template "{template}" strategy file_copy')
        return self.named(name)

    def drop(self, url: str) -> None:
        """Drop a test's database, whoever is still connected to it; only a superuser may end an autovacuum."""
        with psycopg.connect(server.superuser_url(self.url), autocommit=True) as conn:
            conn.execute(f'drop database if exists "{psycopg.conninfo.conninfo_to_dict(url)["dbname"]}" with (force)')

    def named(self, name: str) -> str:
        return self.url.replace("@/linernotes?", f"@/{name}?", 1)


# ---- the session's folder, its servers, and their end


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    for folder in Path(tempfile.gettempdir()).glob("linernotes-tests-*"):
        with suppress(OSError, LinernotesError), _held(folder / "session"):
            _clear_away(folder)
    unlocked = Path(tempfile.mkdtemp(prefix="new-linernotes-tests-"))
    unlocked.chmod(0o755)  # when root runs the tests, another account runs the server
    config.stash[_SESSION] = (lock := _held(unlocked / "session"))
    lock.__enter__()
    base = unlocked.rename(unlocked.with_name(unlocked.name.removeprefix("new-")))
    os.environ[BASE] = str(base)


def pytest_unconfigure(config: pytest.Config) -> None:
    if (lock := config.stash.get(_SESSION, None)) is not None:
        _clear_away(Path(os.environ.pop(BASE)))
        lock.__exit__(None, None, None)


_SESSION: pytest.StashKey[Any] = pytest.StashKey()


@contextmanager
def _held(path: Path, *, wait: bool = False) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def _clear_away(base: Path) -> None:
    for home in base.iterdir():
        if home.is_dir():
            server.down(home)
    shutil.rmtree(base, ignore_errors=True)


def _server(version: int, binaries: Binaries) -> DatabaseServer:
    base = Path(os.environ[BASE])
    url = server.up(base / f"pg{version}", binaries=binaries, settings=QUICK)
    found = DatabaseServer(version, url)
    with _held(base / f"pg{version}.lock", wait=True), psycopg.connect(url, autocommit=True) as conn:
        here = conn.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone()
        if here is None:  # made under another name: what has the name is whole
            conn.execute(f"drop database if exists {TEMPLATE}_new")
            conn.execute(f"create database {TEMPLATE}_new")
            migrate.migrate(found.named(f"{TEMPLATE}_new"))
            conn.execute(f"alter database {TEMPLATE}_new rename to {TEMPLATE}")
    return found


# ---- fixtures


@pytest.fixture(scope="session")
def postgresql() -> DatabaseServer:
    """The embedded server, as users have it."""
    return _server(18, bundled())


@pytest.fixture(scope="session")
def postgresql_15() -> DatabaseServer:
    """The oldest PostgreSQL we promise to run on."""
    if not (POSTGRESQL_15 / "postgres").exists():
        pytest.skip(f"PostgreSQL 15 is not installed in {POSTGRESQL_15}")
    return _server(15, Binaries(POSTGRESQL_15))


@pytest.fixture
def database_url(postgresql: DatabaseServer) -> Iterator[str]:
    """A fresh, migrated database on PostgreSQL 18."""
    yield (url := postgresql.database())
    postgresql.drop(url)


@pytest.fixture(params=[18, 15], ids=["pg18", "pg15"])
def any_server(request: pytest.FixtureRequest) -> DatabaseServer:
    """Runs the test twice: on PostgreSQL 18 and on 15."""
    found: DatabaseServer = request.getfixturevalue("postgresql" if request.param == 18 else "postgresql_15")
    return found


@pytest.fixture
def any_database_url(any_server: DatabaseServer) -> Iterator[str]:
    """A fresh, migrated database; the test runs on PostgreSQL 18 and on 15."""
    yield (url := any_server.database())
    any_server.drop(url)


@pytest.fixture
def empty_database_url(any_server: DatabaseServer) -> Iterator[str]:
    """A fresh database without our schema; the test runs on PostgreSQL 18 and on 15."""
    yield (url := any_server.database("template0"))
    any_server.drop(url)


@pytest.fixture
def db(database_url: str) -> Iterator[Connection]:
    """A connection to the test's database; every statement commits by itself."""
    with connect.connect(database_url) as conn:
        yield conn


@pytest.fixture
def second_connection(database_url: str) -> Iterator[Callable[[], Connection]]:
    """Makes further connections to the test's database, for races."""
    made: list[Connection] = []

    def another() -> Connection:
        made.append(connect.connect(database_url))
        return made[-1]

    yield another
    for conn in made:
        conn.close()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[AsyncConnectionPool]:
    """An open pool on the test's database."""
    async with await connect.open_pool(database_url, 4) as opened:
        yield opened


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis of the test's own, on a Unix socket, which keeps nothing on disk."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    socket = Path(tempfile.mkdtemp(prefix="linernotes-redis-", dir=tmp_path)) / "s"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, cwd=socket.parent, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 20
            while not socket.exists():
                assert process.poll() is None, "redis-server did not start"
                assert time.monotonic() < deadline, "redis-server never listened"
                time.sleep(0.01)  # between two looks
            yield f"unix://{socket}"
        finally:
            process.terminate()


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command run inside a test sets up logging to that test's stderr, which is closed after it."""
    yield
    structlog.reset_defaults()


# ---- nothing untested in silence


def _must_not_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("LINERNOTES_REQUIRE_ALL") != "1" or not report.skipped or hasattr(report, "wasxfail"):
        return
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, and LINERNOTES_REQUIRE_ALL=1 forbids it: {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _must_not_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _must_not_skip(report)
    return report
