"""The table of who may what over HTTP, as docs/api.md shows it: every route and function, tried by every role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.contract_calls import CALLS

NOBODY = "0192f0c1-0000-7000-8000-0000000000aa"
VALUES = {
    "id": NOBODY, "other": NOBODY, "track": NOBODY, "person": NOBODY, "text": NOBODY, "what": "credits",
    "name": "style.css",
}  # fmt: skip
NAMES = {"/functions/v1/{name}": "checkPipeline", "/operations/jobs/{name}": "retention-job"}
OUTSIDE = ("/rest/v1/", "/openapi.json", "/theme", "/favicon.ico", "/robots.txt", "/sign-", "/static/")
"""What is no route of the table: functions have rows of their own; style sheets and signing in are everybody's."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFUSED = (401, 403)
HEAD = ["| what | visitor | `anon` | `authenticated` | `service_role` |", "| --- | --- | --- | --- | --- |"]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    may: tuple[bool, ...]

    def __str__(self) -> str:
        return f"| {self.what} | " + " | ".join("yes" if may else "–" for may in self.may) + " |"


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and pattern of every route."""

    def walk(found: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
        for route in found:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                yield from walk(inner.routes, prefix + route.include_context.prefix)
            else:
                yield from ((method, prefix + route.path) for method in METHODS if method in route.methods)

    return walk(app.routes)


def table(app: FastAPI, client: TestClient, headers: list[dict[str, str]]) -> list[str]:
    """The lines of the table; headers are those of each column."""
    rows = [*_of_routes(app, client, headers), *_of_functions(client, headers)]
    return [*HEAD, *(str(row) for row in rows)]


def _of_routes(app: FastAPI, client: TestClient, headers: list[dict[str, str]]) -> Iterator[Row]:
    for method, pattern in sorted(set(routes(app)), key=lambda r: (not r[1].startswith("/v1"), r[1], r[0])):
        if pattern.startswith(OUTSIDE):
            continue
        path = pattern.format(**{**VALUES, "name": NAMES.get(pattern, VALUES["name"])})
        may = tuple(_status(client, method, path, sent) not in REFUSED for sent in headers)
        yield Row(f"`{method} {pattern}`", may)


def _status(client: TestClient, method: str, path: str, headers: dict[str, str]) -> int:
    if path.endswith("/events"):
        with client.stream(method, path, headers=headers) as answer:
            return answer.status_code
    return client.request(method, path, headers={**headers, "accept": "application/json"}).status_code


def _of_functions(client: TestClient, headers: list[dict[str, str]]) -> Iterator[Row]:
    for name, arguments in sorted(CALLS, key=lambda call: call[0]):
        told = [client.post(f"/rest/v1/rpc/{name}", json=_plain(arguments), headers=sent).json() for sent in headers]
        may = tuple(not (isinstance(t, dict) and t.get("code") in ("42501", "PGRST301")) for t in told)
        yield Row(f"`rpc/{name}`", may)


def _plain(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with somebody's id where another call would give one."""
    return {
        name: NOBODY if isinstance(value, str) and value.startswith("$") else value
        for name, value in arguments.items()
    }
