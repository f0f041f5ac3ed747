"""The schema brought up to date: once, in order, by one runner at a time, and never half."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import psycopg
import pytest

from linernotes.database import connect, migrate
from linernotes.errors import DatabaseError, MigrationError
from linernotes.model.message import Queue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A schema of the test's own: one table, and a function that reads it."""
    write(tmp_path, "migrations/20260101000000_shelf.sql", "create table shelf (n integer);")
    write_function(tmp_path, "count_shelf", "returns bigint language sql as $$ select count(*) from public.shelf $$")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def write_function(folder: Path, name: str, rest: str, parameters: str = "") -> None:
    write(
        folder,
        f"functions/public/{name}.sql",
        f"create or replace function public.{name}({parameters})\n    {rest};\n",
    )


def value(url: str, statement: str, *arguments: Any) -> Any:
    with connect.connect(url) as conn:
        row = conn.execute(statement, arguments or None).fetchone()
    return row[0] if row else None


def test_our_schema_is_applied_once_and_then_there_is_nothing_to_do(empty_database_url: str) -> None:
    before = migrate.status(empty_database_url)
    assert before.applied == ()
    assert before.pgmq is None
    applied = migrate.migrate(empty_database_url)
    assert tuple(applied[1:]) == before.pending
    assert applied[0].startswith("pgmq ")
    assert migrate.migrate(empty_database_url) == []
    after = migrate.status(empty_database_url)
    assert after.current
    assert after.applied == before.pending
    assert after.pgmq == "plain SQL"


def test_the_owner_of_the_database_need_not_be_a_superuser(any_database_url: str) -> None:
    assert value(any_database_url, "select rolsuper from pg_roles where rolname = current_user") is False
    assert migrate.status(any_database_url).current


def test_every_queue_is_there_is_registered_and_is_read_by_an_index(any_database_url: str) -> None:
    with connect.connect(any_database_url) as conn:
        assert {row[0] for row in conn.execute("select queue_name from pgmq.list_queues()")} == set(Queue)
        registered = conn.execute(
            "select queue_name, display_name, description, active from queue_registry"
        ).fetchall()
        indexed = conn.execute(
            "select tablename from pg_indexes where schemaname = 'pgmq' and indexdef like '%(vt)%'"
        ).fetchall()
    assert {name for name, *_ in registered} == set(Queue)
    assert all(display and description and active for _, display, description, active in registered)
    assert {name for (name,) in indexed} == {f"q_{queue}" for queue in Queue}


def test_of_two_runners_at_once_one_applies_and_the_other_finds_nothing_to_do(empty_database_url: str) -> None:
    together = Barrier(2)

    def run(_: int) -> list[str]:
        together.wait()
        return migrate.migrate(empty_database_url)

    with ThreadPoolExecutor(2) as runners:
        results = sorted(runners.map(run, range(2)), key=len)
    assert results[0] == []
    assert len(results[1]) > 4
    assert value(empty_database_url, "select count(*) from supabase_migrations.schema_migrations") >= 4


def test_a_runner_that_waits_in_vain_says_so(empty_database_url: str, folder: Path) -> None:
    with connect.connect(empty_database_url) as other:
        migrate.take_lock(other)
        with pytest.raises(MigrationError, match="Another migration"):
            migrate.migrate(empty_database_url, folder=folder, lock_wait=timedelta(0))
    assert migrate.status(empty_database_url, folder=folder).applied == ()


def test_an_index_built_concurrently_does_not_wait_for_a_runner_that_waits(database_url: str, folder: Path) -> None:
    with connect.connect(database_url) as first, ThreadPoolExecutor(1) as threads:
        migrate.take_lock(first)
        first.execute("create table wide as select generate_series(1, 100) as n")
        waiting = threads.submit(migrate.migrate, database_url)
        waits = (
            "select 1 from pg_stat_activity where application_name = 'linernotes migrate' and query ~ 'advisory_lock'"
        )
        while first.execute(waits + " and datname = current_database()").fetchone() is None:
            assert not waiting.done()
        first.execute("set statement_timeout to '10s'")
        first.execute("create index concurrently on wide (n)")
        first.close()
        assert waiting.result() == []


def test_a_migration_that_was_applied_must_not_change(empty_database_url: str, folder: Path) -> None:
    migrate.migrate(empty_database_url, folder=folder)
    write(folder, "migrations/20260101000000_shelf.sql", "create table shelf (n bigint);")
    write(folder, "migrations/20260102000000_more.sql", "create table more (n integer);")
    assert migrate.status(empty_database_url, folder=folder).changed == ("migrations/20260101000000_shelf.sql",)
    with pytest.raises(MigrationError, match=r"20260101000000_shelf\.sql .* changed since"):
        migrate.migrate(empty_database_url, folder=folder)
    assert value(empty_database_url, "select to_regclass('more')") is None


def test_other_line_ends_are_no_change(empty_database_url: str, folder: Path) -> None:
    write(folder, "migrations/20260101000000_shelf.sql", "create table shelf (n integer);\n-- the end\n")
    migrate.migrate(empty_database_url, folder=folder)
    (folder / "migrations/20260101000000_shelf.sql").write_bytes(b"create table shelf (n integer);\r\n-- the end\r\n")
    assert migrate.migrate(empty_database_url, folder=folder) == []


def test_a_migration_that_fails_leaves_nothing_and_those_before_it_stay(
    empty_database_url: str, folder: Path
) -> None:
    write(folder, "migrations/20260102000000_bad.sql", "create table half (n integer);\nselect 1 / 0;")
    write(folder, "migrations/20260103000000_later.sql", "create table later (n integer);")
    with pytest.raises(MigrationError, match=r"20260102000000_bad\.sql: division by zero"):
        migrate.migrate(empty_database_url, folder=folder)
    assert value(empty_database_url, "select to_regclass('half')") is None
    assert value(empty_database_url, "select to_regclass('later')") is None
    assert migrate.status(empty_database_url, folder=folder).applied == ("migrations/20260101000000_shelf.sql",)
    write(folder, "migrations/20260102000000_bad.sql", "create table half (n integer);")
    assert len(migrate.migrate(empty_database_url, folder=folder)) == 3


def test_a_syntax_error_is_told_with_its_line(empty_database_url: str, folder: Path) -> None:
    write(folder, "migrations/20260102000000_bad.sql", "select 1;\n\nselekt 2;")
    with pytest.raises(MigrationError, match=r"bad\.sql, line 3: syntax error"):
        migrate.migrate(empty_database_url, folder=folder)


def test_the_books_are_kept_as_the_supabase_command_line_keeps_them(empty_database_url: str, folder: Path) -> None:
    migrate.migrate(empty_database_url, folder=folder)
    with connect.connect(empty_database_url) as conn:
        rows = conn.execute("select version, name, statements from supabase_migrations.schema_migrations").fetchall()
    assert rows == [("20260101000000", "shelf", ["create table shelf (n integer);"])]


def test_what_the_supabase_command_line_applied_is_not_applied_again(empty_database_url: str, folder: Path) -> None:
    with connect.connect(empty_database_url) as conn:
        conn.execute("create schema supabase_migrations; create table shelf (n integer)")
        conn.execute(
            "create table supabase_migrations.schema_migrations (version text primary key, statements text[])"
        )
        conn.execute("alter table supabase_migrations.schema_migrations add name text")
        conn.execute("insert into supabase_migrations.schema_migrations values ('20260101000000', '{}', 'shelf')")
    assert migrate.migrate(empty_database_url, folder=folder)[1:] == ["functions/public/count_shelf.sql"]
    write(folder, "migrations/20260101000000_shelf.sql", "create table shelf (n bigint);")
    with pytest.raises(MigrationError, match="changed since"):
        migrate.migrate(empty_database_url, folder=folder)


def test_a_database_that_a_newer_version_migrated_is_left_alone(empty_database_url: str, folder: Path) -> None:
    write(folder, "migrations/20270101000000_future.sql", "create table future (n integer);")
    migrate.migrate(empty_database_url, folder=folder)
    (folder / "migrations/20270101000000_future.sql").unlink()
    write_function(folder, "count_shelf", "returns bigint language sql as 'select 0::bigint'")
    with pytest.raises(MigrationError, match="Upgrade linernotes"):
        migrate.migrate(empty_database_url, folder=folder)


@pytest.mark.parametrize(
    "name",
    ["2026_short.sql", "20260102000000.sql", "first.sql", "20260101000000_twice.sql", "20260102000060_no_time.sql"],
)
def test_a_migration_with_a_wrong_name_is_refused(empty_database_url: str, folder: Path, name: str) -> None:
    write(folder, f"migrations/{name}", "select 1;")
    with pytest.raises(MigrationError):
        migrate.migrate(empty_database_url, folder=folder)
    assert migrate.has_pgmq(psycopg.connect(empty_database_url)) is False


def test_pgmq_is_installed_once_and_one_that_is_there_is_kept(empty_database_url: str, folder: Path) -> None:
    migrate.migrate(empty_database_url, folder=folder)
    with connect.connect(empty_database_url) as conn:
        conn.execute("select pgmq.create('mine')")
        conn.execute("select pgmq.send('mine', '{\"n\": 1}')")
    write(folder, "migrations/20260102000000_more.sql", "create table more (n integer);")
    assert migrate.migrate(empty_database_url, folder=folder) == ["migrations/20260102000000_more.sql"]
    assert value(empty_database_url, "select queue_length from pgmq.metrics('mine')") == 1


def test_migrations_refuse_a_transaction_pooler() -> None:
    with pytest.raises(DatabaseError, match="direct connection"):
        migrate.migrate("postgresql://user:secret@127.0.0.1:6543/postgres")
