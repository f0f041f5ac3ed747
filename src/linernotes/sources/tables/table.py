"""Rows and columns out of CSV and JSON Lines. Knows nothing of music.

A *row* is one record with the fields that it fills; a cell is text, or a tuple of texts where the file holds a
list (a JSON array). What cannot be read becomes a Problem with its line, and reading goes on with the next line.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from linernotes.errors import UsageError
from linernotes.model.catalogue import Json, Problem
from linernotes.sources.tables.columns import check_enough, check_named, match
from linernotes.sources.tables.csv_records import Broken, header_of, is_excel_hint, records

Cell = str | tuple[str, ...]

NOTHING = frozenset({"", "NA", "N/A", "NULL", "null", "#N/A", "NaN", "nan", "\\N"})
"""Cells that say "no value": R, SQL and Python write missing values so."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record. line is the first line it stands on, counted from 1; cells holds filled fields only."""

    line: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file that was read: which column is which field, the usable rows, and what was not usable.

    records counts all records, usable or not.
    """

    columns: Mapping[str, str]
    rows: tuple[Row, ...]
    records: int
    problems: tuple[Problem, ...]


def read_table(source: str, text: str, named: Mapping[str, str], *, json_lines: bool) -> Table:
    """Read all rows. Raises UsageError when no column can be the artist or the track."""
    return _read_json_lines(source, text, named) if json_lines else _read_csv(source, text, named)


def looks_like_json(text: str) -> bool:
    """Whether the text opens with a JSON object, or an array of them, which is then refused with the reason."""
    return re.match(r"\s*(?:\{|\[\s*\{)", text) is not None


# CSV ------------------------------------------------------------------------------------------------------------


def _read_csv(source: str, text: str, named: Mapping[str, str]) -> Table:
    lines = list(io.StringIO(text, newline=""))
    start = next((i for i, line in enumerate(lines) if line.strip() and not is_excel_hint(line)), None)
    if start is None:
        raise UsageError(
            f"{source} is empty. Its first line must name the columns, for example: artist,track,producers"
        )
    delimiter, header, start = header_of(lines, start, named)
    check_named(source, header, named)
    columns = match(header, named)
    check_enough(source, header, columns)
    places = [(field, header.index(column)) for field, column in columns.items()]
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, record in records(lines, start, delimiter, header):
        if isinstance(record, Broken):
            problems.append(_unusable(source, number, record.why))
            continue
        cells = {field: value for field, place in places if (value := record[place].strip()) not in NOTHING}
        if bad := _unstorable(cells):
            problems.append(_unusable(source, number, bad))
        else:
            rows.append(Row(number, cells))
    return Table(columns=columns, rows=tuple(rows), records=len(rows) + len(problems), problems=tuple(problems))


# JSON Lines -----------------------------------------------------------------------------------------------------


def _read_json_lines(source: str, text: str, named: Mapping[str, str]) -> Table:
    if re.match(r"\s*\[\s*\{", text):
        raise UsageError(f"{source} is one JSON array. Write its objects one {{…}} a line (JSON Lines).")
    objects: list[tuple[int, dict[str, Json]]] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            where = f" (character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
            problems.append(_unusable(source, number, f"broken JSON: {getattr(error, 'msg', error)}{where}"))
            continue
        if isinstance(value, dict):
            objects.append((number, value))
        else:
            problems.append(_unusable(source, number, "not a JSON object: write one {…} a line"))
    keys = list(dict.fromkeys(key for _, value in objects for key in value))
    if not objects:
        first = f" {problems[0].record}: {problems[0].detail}" if problems else ""
        raise UsageError(f"{source} holds no JSON object. Write one {{…}} a line.{first}")
    check_named(source, keys, named)
    columns = match(keys, named)
    check_enough(source, keys, columns)
    matched: dict[tuple[str, ...], dict[str, str]] = {}
    rows: list[Row] = []
    for number, value in objects:
        present = tuple(key for key, content in value.items() if content is not None and content != "")
        if present not in matched:
            matched[present] = match(present, named)
        row = _json_row(number, value, matched[present])
        if isinstance(row, Row):
            rows.append(row)
        else:
            problems.append(_unusable(source, number, row.why))
    problems.sort(key=lambda problem: int(problem.record.removeprefix("line ")))
    return Table(columns=columns, rows=tuple(rows), records=len(rows) + len(problems), problems=tuple(problems))


def _json_row(number: int, value: Mapping[str, Json], columns: Mapping[str, str]) -> Row | Broken:
    cells: dict[str, Cell] = {}
    for field, column in columns.items():
        cell = _json_cell(value[column])
        if cell is None:
            return Broken(f"{column} holds neither text nor a list of texts")
        if cell not in NOTHING and cell != ():
            cells[field] = cell
    bad = _unstorable(cells)
    return Broken(bad) if bad else Row(number, cells)


def _json_cell(value: Json) -> Cell | None:
    """Text, or a tuple of texts for an array; None for what is neither."""
    if not isinstance(value, list):
        return _json_text(value)
    items = tuple(text for item in value if (text := _json_text(item)) is not None)
    return items if len(items) == len(value) else None


def _json_text(value: Json) -> str | None:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else None


# Both -----------------------------------------------------------------------------------------------------------


def parts(cell: Cell) -> tuple[str, ...]:
    """The names of a list cell, empty ones kept in place. `;` separates; a `,` belongs to a name."""
    if isinstance(cell, str):
        return tuple(map(str.strip, cell.split(";"))) if ";" in cell else (cell.strip(),)
    return cell


def as_text(cell: Cell) -> str:
    """A cell as one text."""
    return cell if isinstance(cell, str) else "; ".join(cell)


def _unstorable(cells: Mapping[str, Cell]) -> str:
    """Why no database keeps this text: a NUL character or half a character. '' when it does."""
    for field, cell in cells.items():
        text = as_text(cell)
        if "\x00" in text:
            return f"{field} holds a NUL character"
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                return f"{field} holds half of a character (a lone surrogate)"
    return ""


def _unusable(source: str, line: int, why: str) -> Problem:
    return Problem(source=source, record=f"line {line}", kind="unusable_row", detail=why)
