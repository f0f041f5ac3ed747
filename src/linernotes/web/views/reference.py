"""The API's reference as a page, drawn from the same OpenAPI document that programs read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from linernotes.web.visit import VisitOf

router = APIRouter()

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that a call takes; kind is its type in words."""

    name: str
    place: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call: what it is for, what it takes, and what it can answer."""

    key: str
    group: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: str
    answers: tuple[tuple[str, str], ...]


@router.get("/docs")
def reference(visit: VisitOf) -> Response:
    """Every route of the API."""
    document = visit.request.app.openapi()
    found = sorted(operations(document), key=lambda operation: operation.group)
    groups = [(name, list(of_group)) for name, of_group in groupby(found, key=lambda operation: operation.group)]
    return visit.page(
        "reference.html",
        title="API",
        description="The HTTP interface of linernotes: every route with what it takes and what it answers.",
        groups=groups,
        version=document["info"]["version"],
    )


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every call of an OpenAPI document, in its order."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield _operation(document, path, method, item[method])


def _operation(document: Mapping[str, Any], path: str, method: str, said: Mapping[str, Any]) -> Operation:
    return Operation(
        key=str(said.get("operationId") or f"{method}-{path.strip('/').replace('/', '-')}"),
        group=str((said.get("tags") or [path.strip("/").partition("/")[0]])[0]),
        method=method.upper(),
        path=path,
        summary=str(said.get("summary", "")),
        description=str(said.get("description", "")),
        parameters=tuple(_parameter(document, one) for one in said.get("parameters", ())),
        body=", ".join(said.get("requestBody", {}).get("content", {})),
        answers=tuple(
            (code, str(_meant(document, one).get("description", ""))) for code, one in said["responses"].items()
        ),
    )


def _parameter(document: Mapping[str, Any], said: Mapping[str, Any]) -> Parameter:
    one = _meant(document, said)
    return Parameter(
        name=str(one["name"]),
        place=str(one["in"]),
        kind=kind_of(document, one.get("schema", {})),
        required=bool(one.get("required")),
        description=str(one.get("description", "")),
    )


def kind_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A JSON Schema in a few words: `string`, `one of a, b`, `list of integer`."""
    schema = _meant(document, schema)
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        kinds = [kind_of(document, one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if schema.get("type") == "array":
        return f"list of {kind_of(document, schema.get('items', {}))}"
    limits = [f"{word} {schema[key]}" for key, word in _LIMITS.items() if key in schema]
    kind = str(schema.get("format") or schema.get("type") or "anything")
    return f"{kind} ({', '.join(limits)})" if limits else kind


_LIMITS = {"minimum": "from", "maximum": "to", "maxLength": "at most", "default": "default"}


def _meant(document: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference inside the document stands for."""
    if "$ref" not in said:
        return said
    found: Any = document
    for part in str(said["$ref"]).removeprefix("#/").split("/"):
        found = found.get(part, {})
    return {**found, **{key: value for key, value in said.items() if key != "$ref"}}
