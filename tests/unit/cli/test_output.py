"""How the command line speaks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
import typer

from linernotes.cli.output import Column, Shape, aligned, shape_of, show_json, show_list, shown, telling_errors
from linernotes.errors import DatabaseError, NotFound, UsageError


@dataclass(frozen=True)
class Hit:
    name: str
    confidence: float | None = None
    roles: tuple[str, ...] = ()


COLUMNS = [Column("name"), Column("confidence", right=True), Column("roles")]


def test_a_pipe_gets_aligned_lines_without_colours_and_nothing_cut(capsys: pytest.CaptureFixture[str]) -> None:
    long = "A Name That Is Longer Than Any Terminal Is Wide " * 5
    show_list([Hit("Ada", 0.95, ("producer", "mixer")), Hit(long.strip(), None)], COLUMNS, title="hits")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "hits"
    assert lines[1].split() == ["name", "confidence", "roles"]
    assert lines[2].startswith("Ada ")
    assert lines[2].endswith("      0.95  producer, mixer")
    assert lines[3] == long.strip()
    assert not any("\x1b" in line for line in lines)


def test_columns_stay_aligned_under_wide_letters_and_loose_accents() -> None:
    lines = aligned([["name", "n"], ["中田ヤスタカ", "1"], ["o\u0308", "22"]], [False, True])
    assert lines == ["name           n", "中田ヤスタカ   1", "o\u0308             22"]


def test_json_has_every_field_and_full_precision(capsys: pytest.CaptureFixture[str]) -> None:
    show_list([Hit("Ada", 0.9725, ("producer",))], [Column("name")], shape=Shape.JSON)
    assert json.loads(capsys.readouterr().out) == [{"name": "Ada", "confidence": 0.9725, "roles": ["producer"]}]


def test_csv_has_a_header_two_decimals_and_no_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    show_list([Hit("=1+1", 0.9725, ("producer", "mixer")), Hit("Ada, B.")], COLUMNS, shape=Shape.CSV)
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == [
        ["name", "confidence", "roles"],
        ["'=1+1", "0.97", "producer;mixer"],
        ["Ada, B.", "", ""],
    ]


@pytest.mark.parametrize(
    ("shape", "out"), [(Shape.TEXT, ""), (Shape.JSON, "[]\n"), (Shape.CSV, "name,confidence,roles\n")]
)
def test_an_empty_list_stays_readable_and_says_aside_what_to_do(
    capsys: pytest.CaptureFixture[str], shape: Shape, out: str
) -> None:
    show_list([], COLUMNS, shape=shape, empty="Discover an artist first.")
    said = capsys.readouterr()
    assert (said.out, said.err) == (out, "Discover an artist first.\n")


def test_json_and_csv_at_once_are_refused() -> None:
    assert shape_of(json=False, csv=True) is Shape.CSV
    with pytest.raises(UsageError, match="not both"):
        shape_of(json=True, csv=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (0.9, "0.90"),
        (Decimal("0.9725"), "0.97"),
        (date(2020, 5, 1), "2020-05-01"),
        (datetime(2020, 5, 1, 8, tzinfo=UTC), "2020-05-01T08:00:00+00:00"),
        ({"producer": 2, "mixer": 1}, "producer 2, mixer 1"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("two\nlines \x1b[31mred", "two lines  [31mred"),
    ],
)
def test_values_are_shown_in_one_way(value: Any, text: str) -> None:
    assert shown(value) == text


def test_json_keeps_letters_of_every_script(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"name": "방시혁"})
    assert "방시혁" in capsys.readouterr().out


def failing(error: Exception) -> Callable[[], None]:
    @telling_errors()
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code"),
    [(UsageError("Ask otherwise."), 2), (NotFound("Nobody."), 1), (DatabaseError("It is down."), 1)],
)
def test_an_error_is_one_line_on_stderr_and_an_exit_code(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    with pytest.raises(typer.Exit) as left:
        failing(error)()
    said = capsys.readouterr()
    assert (left.value.exit_code, said.out, said.err) == (code, "", f"linernotes: {error}\n")


def test_an_error_of_the_database_is_told_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        failing(psycopg.OperationalError("connection lost\nmore detail"))()
    assert left.value.exit_code == 1
    assert capsys.readouterr().err == (
        "linernotes: the database refused: connection lost. `linernotes db status` says more.\n"
    )


def test_an_error_of_ours_in_the_code_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError())()


class Ascii(io.TextIOWrapper):
    """Standard output of a terminal that knows ASCII only."""


def test_a_terminal_without_the_letters_gets_question_marks_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = io.BytesIO()
    monkeypatch.setattr("sys.stdout", Ascii(behind, encoding="ascii", errors="strict", write_through=True))
    show_list([Hit("Łukasz")], [Column("name")])
    assert behind.getvalue() == b"name\n?ukasz\n"


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_whole_names_however_narrow_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "40")
    show_list([Hit("Abcdefghijklmnopqrstuvwxyz" * 2, 0.5, ("producer",))], COLUMNS)
    text = "".join(line[:22].strip() for line in terminal.getvalue().splitlines())
    assert "Abcdefghij" in text
    assert "…" not in terminal.getvalue()


def test_a_name_is_never_read_as_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    show_list([Hit("[bold]Ada[/bold]")], [Column("name")])
    assert "[bold]Ada[/bold]" in terminal.getvalue()
