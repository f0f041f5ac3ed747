"""SQL lives in .sql files beside the code that calls it; this reads them.

A file holds several statements, each under a line `-- name: word`; the comment lines after it say what it is for.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


class Queries:
    """The named statements of one .sql file: `queries["confirm_leases"]`."""

    def __init__(self, statements: dict[str, LiteralString]) -> None:
        self._statements = statements

    def __getitem__(self, name: str) -> LiteralString:
        return self._statements[name]

    def __iter__(self) -> object:
        return iter(self._statements)


@cache
def load_queries(package: str, filename: str) -> Queries:
    """The statements of `filename` in `package`. Raises ValueError when a name stands there twice."""
    text = (files(package) / filename).read_text(encoding="utf-8")
    parts = _NAME.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}/{filename} names a statement twice")
    # Shipped with the package, never assembled from input: as literal as a string in the code.
    return Queries({n: cast(LiteralString, b.strip().rstrip(";")) for n, b in zip(names, bodies, strict=True)})
