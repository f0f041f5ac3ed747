"""Columns as they are asked for, and the values of a statement.

A column's name is letters, digits and underscores, and becomes a quoted identifier; everything else that a caller
writes becomes a parameter.
"""

from __future__ import annotations

import re
from typing import Any

from psycopg import sql

from linernotes.api.rest.words import unquoted, unreadable

NAME = r'(?:"\w+"|\w+)'
COLUMN = re.compile(rf'\s*({NAME})((?:->>?[^",.():*>\-]+)*)\s*')
_ARROW = re.compile(r"(->>?)([^>-]+)")


class Values:
    """The parameters of one statement, collected while it is put together."""

    def __init__(self, **bound: Any) -> None:
        self.bound: dict[str, Any] = dict(bound)

    def add(self, value: Any) -> sql.Placeholder:
        """A placeholder for the value. Text has no type of its own: it takes that of what it is compared with."""
        name = f"v{len(self.bound)}"
        self.bound[name] = value
        return sql.Placeholder(name)


def name_of(text: str) -> str:
    """The column's name alone: of `metadata->links` it is metadata. Raises RestError."""
    return unquoted(_matched(text)[1])


def column(text: str, values: Values) -> sql.Composable:
    """A column, with arrows into JSON: `metadata->links->>url`. Raises RestError."""
    found = _matched(text)
    made: sql.Composable = sql.Identifier(unquoted(found[1]))
    for arrow, key in _ARROW.findall(found[2]):
        whole = re.fullmatch(r"\d{1,9}", key.strip())
        step = sql.Literal(int(key)) if whole else sql.SQL("{}::text").format(values.add(key.strip()))
        made = sql.SQL("({} {} {})").format(made, sql.SQL(arrow), step)
    return made


def _matched(text: str) -> re.Match[str]:
    found = COLUMN.fullmatch(text)
    if found is None or len(text) > 500:
        raise unreadable("column", text)
    return found
