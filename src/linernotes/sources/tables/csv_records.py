"""CSV as people write it: which delimiter, where a record ends, and what to make of a quote that never closes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linernotes.errors import UsageError
from linernotes.sources.tables.columns import match

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that could not be read, and why."""

    why: str


def is_excel_hint(line: str) -> bool:
    """Spreadsheets may name the delimiter in a first line `sep=;`."""
    return re.fullmatch(r'"?sep=."?', line.strip(), re.IGNORECASE) is not None or line.strip(" \r\n") == "sep=\t"


def header_of(lines: Sequence[str], start: int, named: Mapping[str, str]) -> tuple[str, list[str], int]:
    """The delimiter under which most columns are recognised, the header read with it, and where the rows begin."""
    best: tuple[tuple[int, int], str, list[str], int] | None = None
    for delimiter in DELIMITERS:
        reader = csv.reader((lines[i] for i in range(start, len(lines))), delimiter=delimiter)
        try:
            header = [column.strip() for column in next(reader)]
        except csv.Error:
            continue
        merit = (len(match(header, named)), len(header))
        if best is None or merit > best[0]:
            best = (merit, delimiter, header, start + reader.line_num)
    if best is None:
        raise UsageError("The first line of the file cannot be read as column names. Is it a CSV file?")
    return best[1:]


def records(
    lines: Sequence[str], start: int, delimiter: str, header: Sequence[str]
) -> Iterator[tuple[int, list[str] | Broken]]:
    """Each record with its first line. A quote that is never closed costs its own line, not the rest of the file."""
    at = start
    while at < len(lines):
        reader = csv.reader((lines[i] for i in range(at, len(lines))), delimiter=delimiter)
        begin = at
        while True:
            first = begin + reader.line_num
            if first >= len(lines):
                return
            try:
                record: list[str] | Broken = _fitting(next(reader), header)
            except csv.Error as error:
                record = Broken(f"not readable as CSV: {error}")
            except StopIteration:
                return
            after = begin + reader.line_num
            if after - first > 1 or after == len(lines):
                record = _closed(record, lines[first:after], delimiter)
            if isinstance(record, Broken):
                yield first + 1, record
                if after - first > 1:
                    at = first + 1
                    break
            elif any(cell.strip() for cell in record):
                yield first + 1, record


def _fitting(record: list[str], header: Sequence[str]) -> list[str] | Broken:
    """The record with as many fields as the header. Only empty fields and nameless columns at the end may differ."""
    if not any(cell.strip() for cell in record):
        return [""] * len(header)
    fitting = record + [""] * (len(header) - len(record))
    if any(header[len(record) :]) or any(cell.strip() for cell in fitting[len(header) :]):
        return Broken(f"{len(record)} fields where the header has {len(header)}")
    return fitting[: len(header)]


def _closed(record: list[str] | Broken, lines: Sequence[str], delimiter: str) -> list[str] | Broken:
    """The record unless a quote stands open: only well-formed quotes may hold line breaks."""
    try:
        next(csv.reader(lines, delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        if len(lines) > 1 or "unexpected end" in str(error):
            return Broken("a quotation mark is opened and never closed")
    return record
