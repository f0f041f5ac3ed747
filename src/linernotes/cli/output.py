"""How the command line speaks: lists as a table, plain lines, JSON or CSV; errors as one line.

A terminal gets a table with colours. A pipe gets plain aligned lines: no colour codes, nothing cut, so that
`grep` and `less` see whole names. `--json` gives every field under stable keys, `--csv` the listed columns.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TextIO

import psycopg
import typer
from rich.cells import cell_len

from linernotes.errors import LinernotesError, NotFound, UsageError, first_line
from linernotes.search.formats import cell, csv_lines, plain

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON: every field, stable keys.")]
CsvFlag = Annotated[bool, typer.Option("--csv", help="Print CSV with a header line.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many to list at most.")]


class Shape(StrEnum):
    """The form in which a list is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: the field that it shows and its heading, which is the field's name unless given.

    only: the one shape that has this column; a table for people leaves out what they seldom read, such as ids.
    """

    key: str
    heading: str = ""
    right: bool = False
    only: Shape | None = None

    @property
    def title(self) -> str:
        return self.heading or self.key.replace("_", " ")


def shape_of(*, json: bool, csv: bool) -> Shape:
    """The shape that the flags ask for. Raises UsageError for both at once."""
    if json and csv:
        raise UsageError("Give --json or --csv, not both.")
    return Shape.JSON if json else Shape.CSV if csv else Shape.TEXT


def show_list(
    rows: Sequence[Any], columns: Sequence[Column], *, title: str = "", shape: Shape = Shape.TEXT, empty: str = ""
) -> None:
    """Print rows (frozen values or mappings). empty is the sentence that says what to do when there are none.

    The sentence goes to stderr, so that JSON and CSV stay an empty list that programs can read.
    """
    if not rows and empty:
        say(empty)
    columns = [column for column in columns if column.only in (None, shape)]
    if shape is Shape.JSON:
        show_json(rows)
    elif shape is Shape.CSV:
        for line in csv_lines([c.key for c in columns], ([_csv_value(_field(r, c)) for c in columns] for r in rows)):
            write(line)
    elif rows:
        table([[shown(_field(row, column)) for column in columns] for row in rows], columns, title)


def show_json(value: Any) -> None:
    """Print a value as JSON; frozen values become objects."""
    write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def table(cells: Sequence[Sequence[str]], columns: Sequence[Column], title: str = "", *, indent: int = 0) -> None:
    """Print cells under their headings: a rich table on a terminal, aligned lines in a pipe."""
    if sys.stdout.isatty():
        _draw(cells, columns, title)
        return
    if title:
        write(" " * indent + title + "\n")
    for text in aligned([[c.title for c in columns], *cells], [c.right for c in columns]):
        write(" " * indent + text + "\n")


def _draw(cells: Sequence[Sequence[str]], columns: Sequence[Column], title: str) -> None:
    # Imported here: a pipe does without.
    from rich.console import Console, JustifyMethod
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=Text(title) if title else None, title_justify="left", box=None, pad_edge=False)
    for column in columns:
        justify: JustifyMethod = "right" if column.right else "left"
        grid.add_column(column.title, justify=justify, overflow="fold", no_wrap=column.right)
    for line in cells:
        grid.add_row(*(Text(text) for text in line))
    # It leaves colours out when NO_COLOR is set.
    Console(file=sys.stdout, highlight=False, soft_wrap=False).print(grid)


def aligned(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Lines of cells as text, each column as wide as its widest cell; nothing is cut.

    Width is what a terminal shows: a Chinese character takes two places, an accent of its own none.
    """
    widths = [max(cell_len(line[i]) for line in lines) for i in range(len(right))]
    texts = []
    for line in lines:
        padded = []
        for text, width, to_right in zip(line, widths, right, strict=True):
            space = " " * (width - cell_len(text))
            padded.append(space + text if to_right else text + space)
        texts.append("  ".join(padded).rstrip())
    return texts


def shown(value: Any) -> str:
    """A value for people's eyes: confidence with two decimals, no control characters of a stranger's."""
    if isinstance(value, (float, Decimal)):
        return f"{value:.2f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(inner) for inner in value)
    return "".join(c if c.isprintable() else " " for c in cell(value))


def write(text: str) -> None:
    """Text to standard output; a character that the terminal's encoding lacks is replaced, not fatal."""
    _tolerate(sys.stdout)
    sys.stdout.write(text)


def say(text: str) -> None:
    """A remark to the person at the shell, on stderr."""
    sys.stdout.flush()  # what was printed before stands before, where both go to one place
    _tolerate(sys.stderr)
    sys.stderr.write(text + "\n")


@contextmanager
def telling_errors() -> Iterator[None]:
    """Turn an error that is meant for people into `linernotes: ...` on stderr and its exit code; also a decorator.

    2 for what was asked wrongly, 1 for everything else. A reader that went away (`| head`) is no error.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more at exit; give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except LinernotesError as error:
        say(f"linernotes: {error}")
        raise typer.Exit(2 if isinstance(error, UsageError) and not isinstance(error, NotFound) else 1) from None
    except psycopg.Error as error:
        say(f"linernotes: the database refused: {first_line(error)}. `linernotes db status` says more.")
        raise typer.Exit(1) from None


def _field(row: Any, column: Column) -> Any:
    return row[column.key] if isinstance(row, dict) else getattr(row, column.key)


def _csv_value(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, (float, Decimal)) else value


def _tolerate(stream: TextIO) -> None:
    if hasattr(stream, "reconfigure") and stream.errors == "strict":
        stream.reconfigure(errors="replace")
