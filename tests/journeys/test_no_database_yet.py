"""What runs for months is started before its database: it waits, says so, and carries on."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.chaos.proxy import AroundCommit, Proxy
from tests.conftest import DatabaseServer
from tests.journeys.conftest import Linernotes
from tests.journeys.test_worker import a_list

COMMANDS = {"worker": ("worker",), "scheduler": ("scheduler",), "serve": ("serve", "--port", "0")}
AT_WORK = (
    "select exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid())"
)


@dataclass(slots=True)
class Started:
    """A process whose standard error is read as it comes."""

    process: subprocess.Popen[str]
    said: str = field(default="")

    def until(self, text: str, seconds: float = 60) -> None:
        assert self.process.stderr is not None
        deadline = time.monotonic() + seconds
        while text not in self.said:
            readable, _, _ = select.select([self.process.stderr], [], [], max(0.0, deadline - time.monotonic()))
            came = os.read(self.process.stderr.fileno(), 65536) if readable else b""
            assert came, f"it never said {text!r}, but: {self.said}"
            self.said += came.decode()

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def door(database_url: str, tmp_path: Path) -> tuple[str, Path, Path]:
    """A database URL whose socket is not there yet, where it will be, and the socket that there is."""
    parts = conninfo_to_dict(database_url)
    name = f".s.PGSQL.{parts.get('port') or 5432}"
    folder = tmp_path / "door"
    folder.mkdir()
    url = f"postgresql://{parts['user']}@/{parts['dbname']}?host={folder}&port={parts.get('port') or 5432}"
    return url, folder / name, Path(str(parts["host"])) / name


@pytest.fixture
def starts() -> Iterator[list[Started]]:
    started: list[Started] = []
    yield started
    for one in started:
        one.process.kill()
        one.process.communicate(timeout=60)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_waits_for_a_database_that_is_not_there_yet_and_carries_on(
    command: str, door: tuple[str, Path, Path], database_url: str, tmp_path: Path, starts: list[Started]
) -> None:
    url, closed, real = door
    starts.append(one := Started(Linernotes(url, tmp_path).start(*COMMANDS[command])))
    one.until("waiting for the database")
    closed.symlink_to(real)
    one.until("the database is there")
    with psycopg.connect(database_url, autocommit=True) as db:
        deadline = time.monotonic() + 60
        while db.execute(AT_WORK).fetchone() != (True,):
            assert time.monotonic() < deadline, one.said
            time.sleep(0.01)  # between two looks
    assert one.end() == 0, one.said


def test_told_to_stop_while_it_waits_it_ends_with_0(
    door: tuple[str, Path, Path], tmp_path: Path, starts: list[Started]
) -> None:
    starts.append(one := Started(Linernotes(door[0], tmp_path).start("worker")))
    one.until("waiting for the database")
    assert one.end() == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_does_not_exist_is_not_waited_for(command: str, linernotes: Linernotes) -> None:
    parts = conninfo_to_dict(linernotes.url)
    linernotes.environment["LINERNOTES_DATABASE_URL"] = linernotes.url.replace(f"/{parts['dbname']}?", "/nowhere?")
    linernotes(*COMMANDS[command], status=1)
    assert "Create it: createdb nowhere" in linernotes.err


def test_one_pass_over_the_queues_does_not_wait(door: tuple[str, Path, Path], tmp_path: Path) -> None:
    linernotes = Linernotes(door[0], tmp_path)
    linernotes("worker", "--once", status=1)
    assert "Start it, or correct LINERNOTES_DATABASE_URL" in linernotes.err


def test_links_that_break_while_the_schema_is_made_are_waited_out(
    postgresql: DatabaseServer, tmp_path: Path, starts: list[Started]
) -> None:
    url = postgresql.database(template="template0")
    parts = conninfo_to_dict(url)
    socket = Path(str(parts["host"])) / f".s.PGSQL.{parts.get('port') or 5432}"
    with Proxy(socket) as proxy:
        for fault in AroundCommit:
            proxy.cut_around_commit(fault)
        through = f"postgresql://{parts['user']}@127.0.0.1:{proxy.port}/{parts['dbname']}"
        starts.append(one := Started(Linernotes(through, tmp_path).start("worker")))
        one.until("waiting for the database")
        one.until("the database is there")
        assert proxy.struck.total() == len(AroundCommit)
        linernotes = Linernotes(url, tmp_path)
        linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 3)}")
        with psycopg.connect(url, autocommit=True) as db:
            deadline = time.monotonic() + 60
            while db.execute("select count(*) from tracks").fetchone() != (3,):
                assert time.monotonic() < deadline, one.said
                time.sleep(0.01)  # between two looks
        assert one.end() == 0, one.said
    postgresql.drop(url)
