"""The real Supabase command line takes our files, and agrees with `linernotes db migrate` on what is there.

It speaks TCP with a password only, so these tests have servers of their own, on loopback and a port from the kernel.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from linernotes.database import migrate, server, supabase
from linernotes.database.binaries import Binaries, bundled
from linernotes.errors import DatabaseError
from tests.conftest import BASE, POSTGRESQL_15, QUICK

COMMAND = next(Path(__file__).parent.glob("supabase/node_modules/@supabase/cli-*/bin/supabase"), None)
TRIES = 5  # another program may take the port between our asking for it and the server's


@dataclass(frozen=True)
class Tcp:
    """A server that listens on loopback."""

    socket_url: str
    port: int
    password: str

    def database(self) -> str:
        """The URL of an empty database, as a Supabase project's is given out."""
        name = f"t_{secrets.token_hex(8)}"
        with psycopg.connect(self.socket_url, autocommit=True) as conn:
            conn.execute(f"create database {name} template template0")
        return f"postgresql://linernotes:{self.password}@127.0.0.1:{self.port}/{name}?sslmode=disable"


@pytest.fixture(scope="module", params=[18, 15], ids=["pg18", "pg15"])
def tcp(request: pytest.FixtureRequest) -> Iterator[Tcp]:
    if COMMAND is None:
        pytest.skip("the Supabase command line is not installed: run `npm ci` in tests/contract/supabase")
    if request.param == 15 and not (POSTGRESQL_15 / "postgres").exists():
        pytest.skip(f"PostgreSQL 15 is not installed in {POSTGRESQL_15}")
    programs = bundled() if request.param == 18 else Binaries(POSTGRESQL_15)
    home = Path(os.environ[BASE]) / f"tcp-{secrets.token_hex(4)}"
    try:
        yield _listening(home, programs)
    finally:
        server.down(home)
        shutil.rmtree(home, ignore_errors=True)


def _listening(home: Path, programs: Binaries) -> Tcp:
    home.mkdir(mode=0o755)
    rules = home / "pg_hba.conf"
    rules.write_text("local all all peer map=linernotes\nhost all all 127.0.0.1/32 scram-sha-256\n")
    rules.chmod(0o644)
    password = secrets.token_urlsafe(12)
    for tried in range(1, TRIES + 1):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        own = {"listen_addresses": "127.0.0.1", "port": str(port), "hba_file": str(rules)}
        try:
            url = server.up(home, binaries=programs, settings={**QUICK, **own})
        except DatabaseError:
            if tried == TRIES:
                raise
            continue
        with psycopg.connect(server.superuser_url(url), autocommit=True) as conn:
            conn.execute(sql.SQL("alter role linernotes password {}").format(password))
        return Tcp(url, port, password)
    raise AssertionError("unreachable")


@pytest.fixture
def url(tcp: Tcp) -> str:
    return tcp.database()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a Supabase project that has our files."""
    supabase.write(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def run(project: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs the command on a database and returns what it says. It reports to nobody and stays on loopback."""
    nowhere = "http://127.0.0.1:1"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "CI": "1",
        "NO_COLOR": "1",
        "DO_NOT_TRACK": "1",
        "SUPABASE_TELEMETRY_DISABLED": "1",
        "SUPABASE_NO_UPDATE_NOTIFIER": "1",
        "HTTP_PROXY": nowhere,
        "HTTPS_PROXY": nowhere,
    }
    (tmp_path / "home").mkdir()

    def run(url: str, *words: str, fails: bool = False) -> str:
        done = subprocess.run(
            [str(COMMAND), *words, f"--remote={url}", "--yes"],
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said = done.stdout + done.stderr
        assert (done.returncode != 0) is fails, said
        return said

    return run


def rows(url: str, statement: str) -> list[Any]:
    with psycopg.connect(url) as conn:
        return [row[0] for row in conn.execute(statement)]


VERSIONS = "select version from supabase_migrations.schema_migrations order by 1"
UP_TO_DATE = "Remote database is up to date"


@pytest.mark.parametrize("words", [("db", "push"), ("migration", "up")], ids=" ".join)
def test_what_the_command_line_applied_migrate_leaves_alone(
    url: str, project: Path, run: Callable[..., str], words: tuple[str, ...]
) -> None:
    said = run(url, *words)
    files = sorted(path.name for path in (project / "supabase" / "migrations").iterdir())
    assert [name for name in files if f"Applying migration {name}" not in said] == []
    status = migrate.status(url)
    assert status.current
    assert status.left_over == ()
    assert sorted(rows(url, "select path from linernotes.applied_files")) == sorted(status.applied)
    assert migrate.migrate(url) == []
    assert rows(url, VERSIONS) == [name[:14] for name in files]
    assert UP_TO_DATE in run(url, *words)


def test_what_migrate_applied_the_command_line_leaves_alone(url: str, run: Callable[..., str]) -> None:
    migrate.migrate(url)
    before = rows(url, VERSIONS)
    assert UP_TO_DATE in run(url, "db", "push")
    assert UP_TO_DATE in run(url, "migration", "up")
    assert rows(url, VERSIONS) == before
    listed = run(url, "migration", "list")
    assert [version for version in before if listed.count(version) != 2] == []  # here and there


def test_what_was_pushed_works(url: str, run: Callable[..., str]) -> None:
    run(url, "db", "push")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("select start_artist_discovery('Ada Lind')")
        assert conn.execute("select count(*) from pgmq.q_artist_discovery").fetchone() == (1,)
        conn.execute("set role anon")
        assert conn.execute("select * from search_producers('ada')").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("select * from linernotes.claims")


def test_a_migration_of_the_projects_own_stands_beside_ours(url: str, project: Path, run: Callable[..., str]) -> None:
    own = project / "supabase" / "migrations" / "20261202000000_own.sql"
    own.write_text("create table public.own (id integer primary key);\n")
    run(url, "db", "push")
    assert migrate.migrate(url) == []
    own.with_name("20261203000000_more.sql").write_text("alter table public.own add n integer;\n")
    assert "20261203000000_more.sql" in run(url, "db", "push")


def test_a_release_whose_functions_changed_is_pushed_over_the_last_one(
    url: str, tmp_path: Path, project: Path, run: Callable[..., str]
) -> None:
    shutil.rmtree(project)
    folder = tmp_path / "package"
    pgmq = (Path(supabase.__file__).parent / "migrations" / "20261122000000_pgmq.sql").read_text(encoding="utf-8")
    for name, text in {
        "migrations/20261122000000_pgmq.sql": pgmq,
        "migrations/20270101000000_functions.sql": "-- The first functions.\n",
        "functions/linernotes/one.sql": "create or replace function linernotes.one(a int) returns int "
        "language sql as $$ select linernotes.two() $$;\n",
        "functions/linernotes/two.sql": "create or replace function linernotes.two() returns int "
        "language plpgsql as $_$ begin return 2; /* $linernotes$; */ end $_$;\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    supabase.write(project, folder=folder)
    run(url, "db", "push")
    assert rows(url, "select linernotes.one(5)") == [2]
    changed = folder / "functions" / "linernotes" / "one.sql"
    changed.write_text(changed.read_text().replace("a int) returns int", "b int) returns bigint"))
    (folder / "migrations" / "20270201000000_functions.sql").write_text("-- The second functions.\n")
    new = [file.path.name for file in supabase.write(project, folder=folder) if file.new]
    assert new == ["20270201000000_functions.sql"]
    run(url, "db", "push")
    assert rows(url, "select linernotes.one(b => 5)") == [2]
    assert migrate.migrate(url, folder=folder) == []
    # A new checkout of the same release, where the first functions are a comment.
    shutil.rmtree(project)
    supabase.write(project, folder=folder)
    assert UP_TO_DATE in run(url, "db", "push")


def test_a_file_that_fails_leaves_nothing_and_says_why(url: str, project: Path, run: Callable[..., str]) -> None:
    last = supabase.write(project)[-1].path
    last.write_text(last.read_text(encoding="utf-8") + "\nselect 1 / 0;\n", encoding="utf-8")
    assert "division by zero" in run(url, "db", "push", fails=True)
    assert rows(url, "select count(*) from pg_proc where proname = 'search_producers'") == [0]
    assert last.name[:14] not in rows(url, VERSIONS)
    assert migrate.migrate(url)[0].startswith("migrations/2026")
    assert migrate.status(url).current
