"""Functions live one to a file and are replaced when the file changes: all that changed together, or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linernotes.database import connect, migrate
from linernotes.errors import MigrationError

ONE = "returns integer language sql as 'select 1'"


def write(folder: Path, name: str, rest: str, parameters: str = "", *, schema: str = "public", more: str = "") -> str:
    path = f"functions/{schema}/{name}.sql"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(f"create or replace function {schema}.{name}({parameters})\n    {rest};\n{more}")
    return path


def value(url: str, statement: str) -> Any:
    with connect.connect(url) as conn:
        row = conn.execute(statement).fetchone()  # type: ignore[arg-type, unused-ignore]
    return row[0] if row else None


def functions(applied: list[str]) -> list[str]:
    return [path for path in applied if path.startswith("functions/")]


def test_a_function_is_replaced_when_its_file_changes_and_only_then(empty_database_url: str, tmp_path: Path) -> None:
    write(tmp_path, "one", ONE)
    two = write(tmp_path, "two", "returns integer language sql as 'select 2'")
    assert len(functions(migrate.migrate(empty_database_url, folder=tmp_path))) == 2
    write(tmp_path, "two", "returns integer language sql as 'select 22'")
    assert migrate.status(empty_database_url, folder=tmp_path).pending == (two,)
    assert migrate.migrate(empty_database_url, folder=tmp_path) == [two]
    assert value(empty_database_url, "select two() * 100 + one()") == 2201


def test_functions_may_call_each_other_whatever_their_order(empty_database_url: str, tmp_path: Path) -> None:
    write(tmp_path, "a_first", "returns integer language sql as 'select public.z_last() + linernotes.m_middle()'")
    write(tmp_path, "z_last", ONE)
    write(tmp_path, "m_middle", "returns integer language sql as 'select public.z_last()'", schema="linernotes")
    applied = migrate.migrate(empty_database_url, folder=tmp_path)
    assert functions(applied)[0] == "functions/linernotes/m_middle.sql"
    assert value(empty_database_url, "select a_first()") == 2


@pytest.mark.parametrize(
    "rest", ["returns bigint language sql as 'select 7::bigint'", "returns text language sql as '7'"]
)
def test_a_function_may_change_what_it_returns(empty_database_url: str, tmp_path: Path, rest: str) -> None:
    write(tmp_path, "one", ONE)
    migrate.migrate(empty_database_url, folder=tmp_path)
    write(tmp_path, "one", rest.replace("'7'", "$$ select '7'::text $$"))
    migrate.migrate(empty_database_url, folder=tmp_path)
    assert str(value(empty_database_url, "select one()")) == "7"


def test_of_two_functions_of_one_name_only_the_one_in_the_way_is_dropped(
    empty_database_url: str, tmp_path: Path
) -> None:
    write(tmp_path, "twice", "returns integer language sql as 'select p_n * 2'", "p_n integer")
    migrate.migrate(empty_database_url, folder=tmp_path)
    with connect.connect(empty_database_url) as conn:
        conn.execute("create function public.twice(p_n text) returns text language sql as 'select p_n || p_n'")
    write(tmp_path, "twice", "returns integer language sql as 'select p_number * 2'", "p_number integer")
    migrate.migrate(empty_database_url, folder=tmp_path)
    assert value(empty_database_url, "select twice('ab') || twice(p_number => 4)") == "abab8"


def test_the_grants_in_a_functions_file_survive_its_replacement(empty_database_url: str, tmp_path: Path) -> None:
    revoke = "revoke execute on function public.one() from public;\n"
    write(tmp_path, "one", ONE, more=revoke)
    migrate.migrate(empty_database_url, folder=tmp_path)
    write(tmp_path, "one", "returns bigint language sql as 'select 1::bigint'", more=revoke)
    migrate.migrate(empty_database_url, folder=tmp_path)
    assert value(empty_database_url, "select has_function_privilege('anon', 'public.one()', 'execute')") is False


@pytest.mark.parametrize(
    "rest",
    [
        "returns integer language sql as 'select no_such_column from linernotes.applied_files'",
        "returns integer language plpgsql as $$ begin selekt 1; end $$",
    ],
)
def test_a_function_that_cannot_work_is_refused_with_all_that_changed_beside_it(
    empty_database_url: str, tmp_path: Path, rest: str
) -> None:
    write(tmp_path, "good", ONE)
    migrate.migrate(empty_database_url, folder=tmp_path)
    write(tmp_path, "good", "returns integer language sql as 'select 100'")
    write(tmp_path, "bad", rest)
    with pytest.raises(MigrationError, match=r"functions/public/bad\.sql"):
        migrate.migrate(empty_database_url, folder=tmp_path)
    assert value(empty_database_url, "select good()") == 1
    assert value(empty_database_url, "select to_regproc('bad')") is None


def test_a_function_that_a_view_needs_is_not_dropped_under_it(empty_database_url: str, tmp_path: Path) -> None:
    write(tmp_path, "one", ONE)
    migrate.migrate(empty_database_url, folder=tmp_path)
    with connect.connect(empty_database_url) as conn:
        conn.execute("create view uses_one as select one() as n")
    write(tmp_path, "one", "returns bigint language sql as 'select 1::bigint'")
    with pytest.raises(MigrationError, match=r"one\.sql.*uses_one"):
        migrate.migrate(empty_database_url, folder=tmp_path)
    assert value(empty_database_url, "select n from uses_one") == 1


def test_a_function_whose_file_vanished_is_told_and_not_dropped(empty_database_url: str, tmp_path: Path) -> None:
    path = write(tmp_path, "one", ONE)
    migrate.migrate(empty_database_url, folder=tmp_path)
    (tmp_path / path).unlink()
    assert migrate.migrate(empty_database_url, folder=tmp_path) == []
    assert migrate.status(empty_database_url, folder=tmp_path).left_over == (path,)
    assert value(empty_database_url, "select one()") == 1


def test_every_function_can_be_replaced_by_its_owner_in_a_session_that_has_loaded_nothing(database_url: str) -> None:
    with connect.connect(database_url) as conn:
        conn.execute("update linernotes.applied_files set sha256 = 'old' where path like 'functions/%'")
    replaced = migrate.migrate(database_url)
    assert len(replaced) > 100
