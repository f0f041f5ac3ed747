"""How `--from` and messages name a source: `musicbrainz`, `sample`, `file:/home/me/list.csv`.

Unusual column names stand after a `#`: `file:/home/me/list.csv#track=Title`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlencode


def is_file(locator: str) -> bool:
    """Whether a locator names a file."""
    return locator.startswith("file:")


def file_locator(path: str, columns: Mapping[str, str]) -> str:
    """The locator of a file with its unusual columns, complete enough for a worker elsewhere on this machine."""
    mapping = f"#{urlencode(sorted(columns.items()))}" if columns else ""
    return f"file:{Path(path).expanduser().absolute()}{mapping}"


def file_of(locator: str) -> tuple[str, dict[str, str]]:
    """Path and column mapping of a file's locator."""
    path, _, mapping = locator.removeprefix("file:").partition("#")
    return path, dict(parse_qsl(mapping, keep_blank_values=True))
