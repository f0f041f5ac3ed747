"""What `GET /rest/v1/` answers, as PostgREST's does: the functions in OpenAPI 2.0, which generators of clients read.

Arguments, columns and types are those of the database; what a function is for is said above it in its file. A caller
is told of what their role may call, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Any

from linernotes import __version__
from linernotes.api.keys import Role
from linernotes.api.rest.catalog import contract
from linernotes.database import schema_files
from linernotes.queries import load_queries
from linernotes.search import Db, rows_of

SQL = load_queries("linernotes.api.rest", "description.sql")

MEDIA_TYPE = "application/openapi+json; charset=utf-8"
JSON_TYPES = {
    "smallint": "integer", "integer": "integer", "bigint": "integer", "numeric": "number", "real": "number",
    "double precision": "number", "boolean": "boolean",
}  # fmt: skip
"""PostgreSQL's types that JSON has; json and jsonb are any value, whatever else there is comes as text."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A function as the database describes it. The last `defaults` arguments may be left out."""

    name: str
    only_reads: bool
    returns_set: bool
    returns: str
    defaults: int
    arguments: Sequence[str]
    types: Sequence[str]
    columns: Sequence[str]
    column_types: Sequence[str]


def description(db: Db, role: Role) -> Json:
    """The document for a role."""
    functions = rows_of(db, Described, SQL["described"], {"names": sorted(contract()), "role": role})
    return {
        "swagger": "2.0",
        "info": {
            "title": "linernotes",
            "version": __version__,
            "description": "The SQL functions. /openapi.json describes everything else.",
        },
        "basePath": "/rest/v1",
        "consumes": ["application/json"],
        "produces": ["application/json", "application/vnd.pgrst.object+json", "text/csv"],
        "securityDefinitions": {"apikey": {"type": "apiKey", "in": "header", "name": "apikey"}},
        "security": [{"apikey": []}],
        "paths": {f"/rpc/{function.name}": _calls(function) for function in functions},
    }


def _calls(function: Described) -> Json:
    """The methods by which a function is called: POST, and GET for what only reads."""
    body = {"name": "args", "in": "body", "required": True, "schema": _arguments(function)}
    calls = {"post": _call(function, [body])}
    if function.only_reads:
        required = _required(function)
        query = [
            {"name": name, "in": "query", "required": name in required, **_in_a_query(kind)}
            for name, kind in zip(function.arguments, function.types, strict=True)
        ]
        calls["get"] = _call(function, query)
    return calls


def _call(function: Described, parameters: list[Json]) -> Json:
    said = purposes().get(function.name, "")
    answer = _answer(function)
    done: Json = {"description": "OK", "schema": answer} if answer is not None else {"description": "No Content"}
    return {
        "tags": [f"(rpc) {function.name}"],
        "summary": said.partition(". ")[0].rstrip("."),
        "description": said,
        "parameters": parameters,
        "responses": {"200" if answer is not None else "204": done},
    }


def _required(function: Described) -> Sequence[str]:
    return function.arguments[: len(function.arguments) - function.defaults]


def _arguments(function: Described) -> Json:
    kinds = zip(function.arguments, function.types, strict=True)
    found: Json = {"type": "object", "properties": {name: schema_of(kind) for name, kind in kinds}}
    return found | {"required": list(required)} if (required := _required(function)) else found


def _answer(function: Described) -> Json | None:
    """The schema of an answer; None for a function that answers nothing."""
    if function.returns == "void":
        return None
    kinds = zip(function.columns, function.column_types, strict=True)
    row = (
        {"type": "object", "properties": {name: schema_of(kind) for name, kind in kinds}}
        if function.columns
        else schema_of(function.returns)
    )
    return {"type": "array", "items": row} if function.returns_set else row


def schema_of(kind: str) -> Json:
    """The schema of a type of PostgreSQL's, whose own name is its format."""
    if kind.endswith("[]"):
        return {"type": "array", "items": schema_of(kind.removesuffix("[]"))}
    if kind in ("json", "jsonb"):
        return {"format": kind}
    return {"type": JSON_TYPES.get(kind, "string"), "format": kind}


def _in_a_query(kind: str) -> Json:
    """The same in a query, where everything is text, and arrays and JSON are written as PostgreSQL writes them."""
    found = schema_of(kind)
    return found if found.get("type") not in (None, "array") else {"type": "string", "format": kind}


@cache
def purposes() -> Mapping[str, str]:
    """What each function is for: the comment that its file begins with."""
    shipped = schema_files.functions(schema_files.shipped())
    return {file.function[1]: _comment(file.text) for file in shipped if file.function[0] == "public"}


def _comment(text: str) -> str:
    lines = takewhile(lambda line: line.startswith("--"), text.splitlines())
    return " ".join(line.removeprefix("--").strip() for line in lines)
