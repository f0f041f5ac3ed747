"""The bytes of a file as text: compression and encoding. The only module here that touches the disk."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from linernotes.errors import UsageError
from linernotes.model.catalogue import Problem

_NOT_TABLES = {
    b"PK\x03\x04": "a spreadsheet or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"%PDF": "a PDF",
}


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises UsageError when it is missing, a folder or not ours to read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}. Check the path after file:.") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder. Name one CSV or JSON Lines file in it.") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def to_text(source: str, data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Unpack gzip, drop a byte order mark and decode.

    UTF-8 is expected, UTF-16 with its mark is read too. A line that is not UTF-8 is read as Windows-1252, and a
    problem says so. Raises UsageError for what is no text.
    """
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(source, data)
    for start, what in _NOT_TABLES.items():
        if data.startswith(start):
            raise UsageError(f"{source} is {what}. Save it as CSV (UTF-8) or JSON Lines and name that file.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError:
            raise UsageError(f"{source} begins as UTF-16 and does not go on so. Save it as UTF-8.") from None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _line_by_line(source, data)


def _unpacked(source: str, data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{source} is a damaged gzip file: {error}.") from None


def _line_by_line(source: str, data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """Line by line, so that one foreign line does not garble the accents of all others."""
    lines: list[str] = []
    foreign: list[int] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            foreign.append(number)
            try:
                lines.append(line.decode("cp1252"))
            except UnicodeDecodeError:
                raise UsageError(
                    f"{source} line {number} is neither UTF-8 nor Windows-1252 text. Save the file as UTF-8."
                ) from None
    problem = Problem(
        source=source,
        record=f"line {foreign[0]}",
        kind="encoding",
        detail=f"{len(foreign)} line(s) are not UTF-8, the first is line {foreign[0]}: read as Windows-1252. "
        "Save the file as UTF-8 if names look wrong.",
    )
    return "\n".join(lines), (problem,)
