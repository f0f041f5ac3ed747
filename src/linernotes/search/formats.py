"""How rows leave the base: CSV, a JSON array, Parquet. Every format is written as the rows arrive.

Values keep their meaning: dates are ISO text, an unknown value is an empty cell or null, ids are text.
Nothing here touches a database.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, IntEnum
from io import StringIO
from itertools import chain, islice
from typing import Any, BinaryIO
from uuid import UUID

from linernotes.errors import UsageError

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_ROWS_AT_A_TIME = 10_000


def plain(value: Any) -> Any:
    """A value as JSON knows it; a dataclass becomes an object with its fields in their order.

    Of an enum with numbers, which are there to be sorted by, the name is told.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value, IntEnum) else value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    return value


def cell(value: Any) -> str:
    """A value as text for one cell: lists joined by `;`, a mapping as `key:value`, true and false in words."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ";".join(f"{key}:{cell(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ";".join(cell(inner) for inner in value)
    return str(value)


def csv_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: names come from strangers, and `=1+1` would be run."""
    text = cell(value)
    is_number = isinstance(value, (int, float, Decimal))
    return "'" + text if text.startswith(_FORMULA_STARTS) and not is_number else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[str]:
    """CSV text, a line at a time, the header first."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    # Before Python 3.13 the writer leaves a lone carriage return unquoted, which cuts the line for readers.
    quoter = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in chain([header], rows):
        buffer.seek(0)
        buffer.truncate()
        cells = [csv_cell(value) for value in row]
        (quoter if any("\r" in text for text in cells) else writer).writerow(cells)
        yield buffer.getvalue()


def json_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[str]:
    """One JSON array of objects, an object at a time, so that a reader need not wait for the last."""
    before = "[\n"
    for row in rows:
        entry = {key: plain(value) for key, value in zip(header, row, strict=True)}
        yield before + json.dumps(entry, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def write_parquet(header: Mapping[str, str], rows: Iterable[Sequence[Any]], out: BinaryIO) -> None:
    """Write rows as Parquet; header gives each column its type: text, number, count, yes_no or day.

    Raises UsageError when pyarrow, which is an extra, is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed. Install it with: pip install 'linernotes[parquet]' "
            "or choose --format csv or json."
        ) from None
    types = {
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
        "count": pyarrow.int64(),
        "yes_no": pyarrow.bool_(),
        "day": pyarrow.date32(),
    }
    schema = pyarrow.schema([(name, types[kind]) for name, kind in header.items()])
    with parquet.ParquetWriter(out, schema) as writer:
        waiting = iter(rows)
        while some := list(islice(waiting, _ROWS_AT_A_TIME)):
            columns = list(zip(*some, strict=True))
            arrays = [
                pyarrow.array([_parquet_value(kind, value) for value in column], types[kind])
                for kind, column in zip(header.values(), columns, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _parquet_value(kind: str, value: Any) -> Any:
    if kind == "number" and value is not None:
        return float(value)
    return cell(value) if kind == "text" and value is not None else value
