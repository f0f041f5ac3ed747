"""`linernotes db` as a person types it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.database import connect, server

PROGRAM = [sys.executable, "-c", "from linernotes.cli.db import app; app(prog_name='linernotes db')"]


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="linernotes-home-"))
    folder.chmod(0o755)
    yield folder
    server.down(folder)
    shutil.rmtree(folder)


def db(*words: str, answer: str = "", **environment: str | Path) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINERNOTES_")}
    return subprocess.run(
        [*PROGRAM, *words],
        env={**kept, **{k: str(v) for k, v in environment.items()}},
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_embedded_server_from_nothing_to_nothing(home: Path) -> None:
    assert "not created yet" in db("status", LINERNOTES_HOME=home).stdout
    started = db("up", LINERNOTES_HOME=home)
    assert (started.returncode, started.stderr) == (0, "")
    assert started.stdout.startswith("postgresql://linernotes@/linernotes?host=")
    assert db("url", LINERNOTES_HOME=home).stdout == started.stdout
    assert "run: linernotes db migrate" in db("status", LINERNOTES_HOME=home).stdout
    assert "applied migrations/" in db("migrate", LINERNOTES_HOME=home).stdout
    assert "Nothing to do" in db("migrate", LINERNOTES_HOME=home).stdout
    assert "schema   up to date" in db("status", LINERNOTES_HOME=home).stdout
    assert db("psql", "-Atc", "select count(*) from queue_registry", LINERNOTES_HOME=home).stdout == "5\n"
    assert db("down", LINERNOTES_HOME=home).stderr == "Stopped.\n"
    assert "stopped" in db("status", LINERNOTES_HOME=home).stdout


def test_a_dump_restored_into_an_empty_server_is_the_same_database(home: Path, database_url: str) -> None:
    with connect.connect(database_url) as conn:
        conn.execute("insert into public.artists (name) values ('Ada Lind')")
        conn.execute("select pgmq.send('artist_discovery', '{}')")
    dump = home / "linernotes.dump"
    made = db("run", "pg_dump", "--format=custom", f"--file={dump}", LINERNOTES_DATABASE_URL=database_url)
    assert (made.returncode, made.stderr) == (0, "")
    restore = ("run", "pg_restore", "--exit-on-error", "--no-owner", "--dbname=linernotes", str(dump))
    restored = db(*restore, LINERNOTES_HOME=home)
    assert (restored.returncode, restored.stderr) == (0, "")
    with connect.connect(server.up(home)) as conn:
        assert conn.execute("select name from public.artists").fetchone() == ("Ada Lind",)
        assert conn.execute("select queue_length from pgmq.metrics('artist_discovery')").fetchone() == (1,)
    assert "Nothing to do" in db("migrate", LINERNOTES_HOME=home).stdout


def test_psql_may_be_another_user_in_another_database(home: Path) -> None:
    words = ("psql", "-U", "postgres", "-d", "postgres", "-Atc", "select current_user, current_database()")
    assert db(*words, LINERNOTES_HOME=home).stdout == "postgres|postgres\n"


def test_only_programs_of_postgresql_are_run(home: Path) -> None:
    assert db("run", "/bin/sh", LINERNOTES_HOME=home).returncode == 2
    missing = db("run", "no_such_program", LINERNOTES_HOME=home)
    assert missing.returncode == 1
    assert "no_such_program" in missing.stderr


def test_status_as_json_names_what_is_missing(empty_database_url: str) -> None:
    told = db("status", "--json", LINERNOTES_DATABASE_URL=empty_database_url)
    facts = json.loads(told.stdout)
    assert facts["server"] == "LINERNOTES_DATABASE_URL"
    assert facts["schema"]["applied"] == []
    assert "migrations/20261122000001_contract_tables.sql" in facts["schema"]["pending"]


def test_a_server_of_ones_own_is_neither_started_nor_stopped(database_url: str) -> None:
    for word in ("up", "down"):
        refused = db(word, LINERNOTES_DATABASE_URL=database_url)
        assert refused.returncode == 2
        assert "LINERNOTES_DATABASE_URL" in refused.stderr
    assert db("status", LINERNOTES_DATABASE_URL=database_url).returncode == 0


def test_a_server_that_is_not_there_is_a_sentence_and_exit_1() -> None:
    told = db("status", LINERNOTES_DATABASE_URL="postgresql://ada:sesame@127.0.0.1:1/x")
    assert told.returncode == 1
    assert told.stderr.startswith("linernotes: No use can be made of PostgreSQL at 127.0.0.1, port 1")
    assert "sesame" not in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


def test_reset_asks_first_and_deletes_nothing_without_a_yes(database_url: str) -> None:
    with connect.connect(database_url) as conn:
        conn.execute("insert into public.artists (name) values ('Ada Lind')")
        refused = db("reset", answer="n\n", LINERNOTES_DATABASE_URL=database_url)
        assert refused.returncode == 1
        assert conn.execute("select count(*) from public.artists").fetchone() == (1,)
        assert db("reset", "--yes", LINERNOTES_DATABASE_URL=database_url).returncode == 0
        assert conn.execute("select count(*) from public.artists").fetchone() == (0,)


def test_a_word_that_is_no_command_is_exit_2() -> None:
    assert db("explode").returncode == 2
