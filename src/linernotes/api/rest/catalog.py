"""The functions that may be called: those of the contract, as the database describes them.

Other functions may lie in schema public too, of an extension or of the operator; none of them is offered.
"""

from __future__ import annotations

import difflib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.api.rest.failures import RestError
from linernotes.database import schema_files
from linernotes.queries import load_queries

SQL = load_queries("linernotes.api.rest", "catalog.sql")

REMEMBERED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function. types are of its arguments, in order; the last `defaults` arguments may be left out.

    columns are those of a table that it returns; empty for one value, whose column bears the function's name.
    """

    name: str
    arguments: tuple[str, ...]
    types: tuple[str, ...]
    defaults: int
    returns_set: bool
    returns_nothing: bool
    columns: tuple[str, ...]

    @property
    def required(self) -> frozenset[str]:
        """The arguments that cannot be left out."""
        return frozenset(self.arguments[: len(self.arguments) - self.defaults])

    def type_of(self, argument: str) -> str:
        """The declared type of an argument."""
        return self.types[self.arguments.index(argument)]


@cache
def contract() -> frozenset[str]:
    """The names of the contract's functions: those that we ship."""
    shipped = schema_files.functions(schema_files.shipped())
    return frozenset(file.function[1] for file in shipped if file.function[0] == "public")


class Catalog:
    """The functions of one database, read once a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._functions: Mapping[str, Function] = {}
        self._read_at: float | None = None

    def find(self, db: Connection[Any], name: str, given: Iterable[str]) -> Function:
        """The function of that name that takes these arguments. Raises RestError (PGRST202) when there is none."""
        functions = self._all(db)
        names = sorted(given)
        function = functions.get(name)
        if function is None or not function.required <= set(names) <= set(function.arguments):
            raise unknown(name, names, functions)
        return function

    def arguments(self, db: Connection[Any], name: str) -> frozenset[str]:
        """The names of a function's arguments; none for one that there is not."""
        function = self._all(db).get(name)
        return frozenset(function.arguments) if function else frozenset()

    def _all(self, db: Connection[Any]) -> Mapping[str, Function]:
        with self._lock:
            now = self._clock()
            if self._read_at is None or now - self._read_at > REMEMBERED.total_seconds():
                self._functions = read(db)
                self._read_at = now
            return self._functions


def read(db: Connection[Any]) -> dict[str, Function]:
    """The functions of the contract that this database has."""
    with db.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(SQL["functions"], {"names": sorted(contract())}).fetchall()
    return {
        row["name"]: Function(
            **{**row, **{key: tuple(row[key]) for key in ("arguments", "types", "columns")}},
        )
        for row in rows
    }


def unknown(name: str, given: list[str], functions: Mapping[str, Function]) -> RestError:
    """What PostgREST says when no function of that name takes those arguments."""
    shown, named = name[:100], ", ".join(given)[:200]
    asked = f"public.{shown}({named})" if given else f"public.{shown} without parameters"
    near = functions.get(name) or _nearest(name, functions)
    hint = f"Perhaps you meant to call the function public.{near.name}({', '.join(near.arguments)})" if near else None
    return RestError(
        status=404,
        code="PGRST202",
        message=f"Could not find the function {asked} in the schema cache",
        details=f"Searched for the function {asked}, but no matches were found in the schema cache.",
        hint=hint,
    )


def _nearest(name: str, functions: Mapping[str, Function]) -> Function | None:
    near = difflib.get_close_matches(name[:100], functions, n=1)
    return functions[near[0]] if near else None
