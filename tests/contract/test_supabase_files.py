"""`linernotes db sql`: files that make the schema which `linernotes db migrate` makes, and tell it so."""

from __future__ import annotations

import os
import runpy
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linernotes.cli.db import app
from linernotes.database import connect, migrate, schema_files, supabase
from linernotes.database.binaries import Binaries, bundled, clean_environment
from linernotes.database.server import superuser_url
from linernotes.errors import MigrationError
from tests.conftest import BASE, POSTGRESQL_15, DatabaseServer

ROOT = Path(__file__).parents[2]
RELEASE = runpy.run_path(str(ROOT / "scripts" / "release_functions.py"))["main"]


def apply(url: str, project: Path) -> None:
    """What the Supabase command line does: each new file in a transaction, with the version that it has."""
    with connect.connect(url) as conn:
        conn.execute(migrate.SQL["create_state"].partition("create schema if not exists linernotes")[0])
        done = {row[0] for row in conn.execute(migrate.SQL["applied_versions"])}
        for path in sorted((project / "supabase" / "migrations").iterdir()):
            version, _, name = path.stem.partition("_")
            if version not in done:
                with conn.transaction():
                    conn.execute(path.read_text(encoding="utf-8"))
                    conn.execute(migrate.SQL["record_version"], {"version": version, "text": "", "name": name})


def value(url: str, statement: str) -> object:
    with connect.connect(url) as conn:
        row = conn.execute(statement).fetchone()
    return row[0] if row else None


# ---- our schema


def test_the_files_make_a_schema_for_which_migrate_has_nothing_to_do(empty_database_url: str, tmp_path: Path) -> None:
    supabase.write(tmp_path)
    apply(empty_database_url, tmp_path)
    status = migrate.status(empty_database_url)
    assert status.current
    assert status.left_over == ()
    with connect.connect(empty_database_url) as conn:
        watched = {row[0] for row in conn.execute("select path from linernotes.applied_files")}
    assert watched == set(status.applied)
    assert migrate.migrate(empty_database_url) == []


def test_the_files_make_the_schema_that_migrate_makes(any_server: DatabaseServer, tmp_path: Path) -> None:
    programs = bundled() if any_server.version == 18 else Binaries(POSTGRESQL_15)

    def dump(url: str) -> list[str]:
        command = [programs["pg_dump"], "--schema-only", url]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=clean_environment())
        return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]

    migrated, written = any_server.database(), any_server.database("template0")
    supabase.write(tmp_path)
    apply(written, tmp_path)
    lines = dump(written)
    assert "CREATE TABLE public.track_producers (" in lines
    assert lines == dump(migrated)
    for url in (migrated, written):
        any_server.drop(url)


def test_the_migrations_are_written_as_they_are_and_two_are_completed(tmp_path: Path) -> None:
    supabase.write(tmp_path)
    for file in schema_files.migrations(schema_files.shipped()):
        text = (tmp_path / "supabase" / file.path).read_text(encoding="utf-8")
        if file.name == "pgmq":
            assert text.endswith("\n" + file.text)
        elif file.name == "functions":
            assert text.startswith(file.text)
        else:
            assert text == file.text


def test_every_function_is_in_the_files_as_it_is(tmp_path: Path) -> None:
    last = supabase.write(tmp_path)[-1].path.read_text(encoding="utf-8")
    functions = schema_files.functions(schema_files.shipped())
    assert len(functions) > 36
    assert [f.path for f in functions if f.text.strip() not in last or f.sha256 not in last] == []


@pytest.fixture
def pgmq_on_offer() -> Callable[[str], None]:
    """Makes a database one whose server has PGMQ as an extension, as a Supabase project's has."""
    from pgmq.install import get_embedded_install_sql, get_embedded_sql_version

    version = get_embedded_sql_version()
    place = Path(os.environ[BASE]) / f"extensions-{secrets.token_hex(4)}"
    (place / "extension").mkdir(parents=True)
    (place / "extension" / "pgmq.control").write_text(
        f"default_version = '{version}'\nschema = pgmq\nrelocatable = false\nsuperuser = false\n"
    )
    (place / "extension" / f"pgmq--{version}.sql").write_text(get_embedded_install_sql())

    def offer(url: str) -> None:
        with connect.connect(superuser_url(url)) as conn:
            conn.execute(f"alter database {conn.info.dbname} set extension_control_path to '$system:{place}'")

    return offer


def test_pgmq_is_the_extension_where_the_server_has_it(
    postgresql: DatabaseServer, pgmq_on_offer: Callable[[str], None], tmp_path: Path
) -> None:
    url = postgresql.database("template0")
    pgmq_on_offer(url)
    supabase.write(tmp_path)
    apply(url, tmp_path)
    assert migrate.status(url).pgmq == value(url, "select extversion from pg_extension where extname = 'pgmq'")
    assert migrate.status(url).pgmq != "plain SQL"
    assert migrate.migrate(url) == []
    postgresql.drop(url)


def test_pgmq_that_is_there_is_left_as_it_is(empty_database_url: str, tmp_path: Path) -> None:
    from pgmq.install import get_embedded_install_sql

    with connect.connect(empty_database_url) as conn:
        conn.execute(get_embedded_install_sql())
        conn.execute("select pgmq.create('of_another_program')")
    supabase.write(tmp_path)
    apply(empty_database_url, tmp_path)
    assert value(empty_database_url, "select count(*) from pgmq.list_queues()") == 6


# ---- writing


def test_what_was_written_once_is_kept_as_it_is(tmp_path: Path) -> None:
    first = supabase.write(tmp_path)
    assert all(file.new for file in first)
    first[0].path.write_text("-- another version of PGMQ's SQL\n")
    second = supabase.write(tmp_path)
    assert [file.path for file in second] == [file.path for file in first]
    assert not any(file.new for file in second)
    assert first[0].path.read_text() == "-- another version of PGMQ's SQL\n"


def test_a_file_with_other_contents_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    files = supabase.write(tmp_path)
    files[3].path.write_text("select 'mine'")
    files[5].path.unlink()
    with pytest.raises(MigrationError, match=files[3].path.name):
        supabase.write(tmp_path)
    assert not files[5].path.exists()


def test_a_checkout_with_other_line_ends_is_no_change(tmp_path: Path) -> None:
    path = supabase.write(tmp_path)[2].path
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not supabase.write(tmp_path)[2].new


def test_the_command_says_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here = CliRunner().invoke(app, ["sql"])
    elsewhere = CliRunner().invoke(app, ["sql", "-o", str(tmp_path)])
    assert (here.exit_code, elsewhere.exit_code) == (0, 0)
    assert here.output.splitlines()[0] == "wrote supabase/migrations/20261122000000_pgmq.sql"
    assert elsewhere.output.splitlines()[0] == f"kept  {tmp_path}/supabase/migrations/20261122000000_pgmq.sql"
    assert len(here.output.splitlines()) == len(list((tmp_path / "supabase" / "migrations").iterdir()))


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "supabase").write_text("a file")
    result = CliRunner().invoke(app, ["sql", "-o", str(tmp_path)])
    assert result.exit_code == 1
    assert "Name another folder with -o" in result.output


# ---- the next release, of a schema of the test's own


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A first release: a table, and a function that reads it."""
    folder = tmp_path / "package"
    pgmq = (ROOT / "src/linernotes/database/migrations/20261122000000_pgmq.sql").read_text(encoding="utf-8")
    write(folder, "migrations/20251231000000_pgmq.sql", pgmq)
    write(folder, "migrations/20260101000000_shelf.sql", "create table shelf (n integer);")
    write(folder, "migrations/20260102000000_functions.sql", "-- The first functions.\n")
    write_function(folder, "count_shelf()", "returns bigint", "select count(*) from public.shelf")
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def write_function(folder: Path, signature: str, returns: str, body: str) -> None:
    write(
        folder,
        f"functions/public/{signature.partition('(')[0]}.sql",
        f"create or replace function public.{signature}\n    {returns} language sql as $$ {body} $$;\n",
    )


@contextmanager
def next_release(folder: Path) -> Iterator[None]:
    """What is done inside is a release of its own."""
    yield
    write(folder, "migrations/20260201000000_functions.sql", "-- The second functions.\n")


def test_the_next_release_adds_files_and_its_functions_replace_the_older(
    empty_database_url: str, folder: Path, tmp_path: Path
) -> None:
    supabase.write(tmp_path, folder=folder)
    apply(empty_database_url, tmp_path)
    with next_release(folder):
        write(folder, "migrations/20260131000000_box.sql", "create table box (n integer);")
        write_function(folder, "count_shelf()", "returns integer", "select 7 + public.count_box()")
        write_function(folder, "count_box()", "returns integer", "select count(*)::integer from public.box")
    first = (tmp_path / "supabase/migrations/20260102000000_functions.sql").read_text()
    written = [file.path.name for file in supabase.write(tmp_path, folder=folder) if file.new]
    assert written == ["20260131000000_box.sql", "20260201000000_functions.sql"]
    assert (tmp_path / "supabase/migrations/20260102000000_functions.sql").read_text() == first
    apply(empty_database_url, tmp_path)
    assert value(empty_database_url, "select count_shelf()") == 7
    assert migrate.migrate(empty_database_url, folder=folder) == []


def test_a_new_project_has_the_functions_once(empty_database_url: str, folder: Path, tmp_path: Path) -> None:
    with next_release(folder):
        write_function(folder, "count_shelf()", "returns integer", "select 8")
    supabase.write(tmp_path, folder=folder)
    assert (tmp_path / "supabase/migrations/20260102000000_functions.sql").read_text() == "-- The first functions.\n"
    apply(empty_database_url, tmp_path)
    assert value(empty_database_url, "select count_shelf()") == 8
    assert migrate.migrate(empty_database_url, folder=folder) == []


def test_of_two_functions_of_one_name_the_one_in_the_way_is_dropped(
    empty_database_url: str, folder: Path, tmp_path: Path
) -> None:
    with connect.connect(empty_database_url) as conn:
        conn.execute("create function public.weigh() returns text language sql as $$ select 'theirs' $$")
    write_function(folder, "weigh(n integer)", "returns integer", "select n")
    supabase.write(tmp_path, folder=folder)
    apply(empty_database_url, tmp_path)
    with next_release(folder):
        write_function(folder, "weigh(grams integer)", "returns integer", "select grams")
    supabase.write(tmp_path, folder=folder)
    apply(empty_database_url, tmp_path)
    assert value(empty_database_url, "select weigh(grams => 9)") == 9
    assert value(empty_database_url, "select weigh()") == "theirs"


def test_a_function_that_cannot_work_is_refused_with_all_of_its_release(
    empty_database_url: str, folder: Path, tmp_path: Path
) -> None:
    supabase.write(tmp_path, folder=folder)
    apply(empty_database_url, tmp_path)
    with next_release(folder):
        write_function(folder, "count_shelf()", "returns integer", "select 9")
        write_function(folder, "wrong()", "returns bigint", "select count(*) from public.nowhere")
    supabase.write(tmp_path, folder=folder)
    with pytest.raises(Exception, match="nowhere"):
        apply(empty_database_url, tmp_path)
    assert value(empty_database_url, "select count_shelf()") == 0


def test_functions_that_did_not_change_are_left_alone(empty_database_url: str, folder: Path, tmp_path: Path) -> None:
    supabase.write(tmp_path, folder=folder)
    apply(empty_database_url, tmp_path)
    before = value(empty_database_url, "select xmin::text from pg_proc where proname = 'count_shelf'")
    with next_release(folder):
        write_function(folder, "another()", "returns integer", "select 1")
    supabase.write(tmp_path, folder=folder)
    apply(empty_database_url, tmp_path)
    assert value(empty_database_url, "select another()") == 1
    assert value(empty_database_url, "select xmin::text from pg_proc where proname = 'count_shelf'") == before


def test_a_migration_behind_the_functions_is_refused(folder: Path, tmp_path: Path) -> None:
    write(folder, "migrations/20260301000000_late.sql", "create table late (n integer);")
    with pytest.raises(MigrationError, match="20260301000000_late"):
        supabase.write(tmp_path, folder=folder)


# ---- a version for each change of the functions


def test_our_functions_come_last() -> None:
    assert schema_files.migrations(schema_files.shipped())[-1].name == "functions"


def test_functions_that_changed_since_a_release_have_a_version_of_their_own() -> None:
    folder = schema_files.shipped()
    version, checksum = supabase.functions_version(folder)
    released = supabase.released_functions(folder)
    assert released.get(version, checksum) == checksum, (
        f"The functions have changed since {version} was released: add migrations/<14 digits>_functions.sql, a "
        "comment and nothing else, with the digits of the next release."
    )


def test_a_release_writes_its_functions_down_and_a_change_without_a_version_is_noticed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert RELEASE(folder) == 0
    assert RELEASE(folder) == 0
    first = supabase.released_functions(folder)
    assert list(first) == ["20260102000000"]
    write_function(folder, "count_shelf()", "returns bigint", "select 2::bigint")
    assert RELEASE(folder) == 1
    assert "20260102000000" in capsys.readouterr().err
    assert supabase.released_functions(folder) == first
    write(folder, "migrations/20260201000000_functions.sql", "-- The second functions.\n")
    assert RELEASE(folder) == 0
    assert list(supabase.released_functions(folder)) == ["20260102000000", "20260201000000"]
