"""A failure, told over HTTP: as problem+json (RFC 9457), in PostgREST's shape under /rest, as a page to a browser.

What the caller did wrong is said to the caller. What is wrong with us is logged under an id, and only the id is told:
no stack trace, no statement, no secret leaves.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from psycopg_pool import PoolClosed, PoolTimeout
from starlette.exceptions import HTTPException

from linernotes.errors import (
    DatabaseError,
    LinernotesError,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SettingsError,
    SourceError,
    TooOften,
    UsageError,
)
from linernotes.logs import get_logger

log = get_logger()

COME_BACK = 2
"""Seconds after which to ask again when the database was away."""

LISTED = 20
CONFLICTS = ("40001", "40P01")
TOO_SLOW = "57014"
CODES = {401: "PGRST301", 405: "PGRST117", 503: "PGRST001"}
"""What PostgREST calls these, where nothing more exact is known."""

PLAINLY = {
    "Not Found": "There is nothing at this address. /docs lists what there is.",
    "Method Not Allowed": "This address does not take that method; Allow says which it takes.",
}
"""What the framework says in two words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failure as RFC 9457 writes it. errors names the fields at fault; code, details and hint are PostgREST's."""

    status: int
    detail: str
    title: str = ""
    errors: tuple[Mapping[str, str], ...] = ()
    code: str = ""
    details: str | None = None
    hint: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """Its title: its own, or the status in words."""
        return self.title or HTTPStatus(self.status).phrase


Page = Callable[[Request, Problem], Response]
"""Makes a page of a problem, for a browser."""


def problem_of(error: Exception) -> Problem:
    """The problem that an error is for the caller."""
    match error:
        case NotSignedIn():
            return Problem(status=401, detail=str(error), headers={"WWW-Authenticate": 'Bearer realm="linernotes"'})
        case NotAllowed():
            return Problem(status=403, detail=str(error))
        case TooOften():
            wait = str(max(1, ceil(error.wait.total_seconds())))
            return Problem(status=429, detail=str(error), headers={"Retry-After": wait})
        case NotFound():
            return Problem(status=404, detail=str(error))
        case UsageError():
            return Problem(status=422, detail=str(error))
        case SettingsError():
            return Problem(status=503, detail=str(error), title="Not set up for this")
        case SourceError():
            return Problem(status=502, detail=str(error))
        case DatabaseError():
            return away()
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            detail = PLAINLY.get(str(error.detail), str(error.detail))
            return Problem(status=error.status_code, detail=detail, headers=_with_head(error.headers or {}))
        case psycopg.Error() | PoolTimeout() | PoolClosed():
            return _of_database(error)
        case UnicodeError():
            return Problem(status=422, detail="The text is not valid Unicode.")
        case LinernotesError():
            return Problem(status=422, detail=str(error))
    return _ours(error)


def away() -> Problem:
    """The database is not there, or has no time."""
    return Problem(
        status=503,
        detail="The database cannot be reached at the moment. Ask again shortly.",
        headers={"Retry-After": str(COME_BACK)},
    )


def _with_head(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Where GET is allowed, HEAD is (linernotes.api.heads)."""
    return {**headers, "Allow": "GET, HEAD"} if headers.get("Allow") == "GET" else headers


def _of_database(error: Exception) -> Problem:
    state = getattr(error, "sqlstate", None) or ""
    if state == TOO_SLOW:
        return Problem(
            status=503,
            detail="The answer took too long. Ask for less: a narrower search, a smaller page.",
            headers={"Retry-After": str(COME_BACK)},
        )
    if state in CONFLICTS or isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return away()
    if isinstance(error, PoolTimeout | PoolClosed):
        return away()
    if isinstance(error, psycopg.DataError):  # what PostgreSQL's types cannot hold: NUL, numbers out of range
        return Problem(status=422, detail="A value cannot be used: it holds a NUL, or is out of its type's range.")
    return _ours(error)


def _invalid(error: RequestValidationError) -> Problem:
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return Problem(status=400, detail="The body is not valid JSON.")
    errors = tuple(
        {"field": ".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]), "error": str(e["msg"])}
        for e in found[:LISTED]
    )
    said = "; ".join(f"{e['field']}: {e['error']}" for e in errors)
    return Problem(status=422, detail=f"{said}.", errors=errors)


def _ours(error: Exception) -> Problem:
    incident = secrets.token_hex(4)
    log.error("a request failed", incident=incident, exc_info=error)
    return Problem(status=500, detail=f"Something went wrong on our side; the log has it under {incident}.")


# ---- the three shapes


def respond(request: Request, problem: Problem, page: Page | None = None) -> Response:
    """The problem in the shape that this caller reads."""
    if request.url.path.startswith("/rest/"):
        return rest_shape(problem)
    if page is not None and _wants_a_page(request):
        return page(request, problem)
    return problem_json(problem)


def problem_json(problem: Problem) -> Response:
    """RFC 9457."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.heading,
        "status": problem.status,
        "detail": printable(problem.detail),
    }
    if problem.errors:
        body["errors"] = problem.errors
    return _json(problem, body, "application/problem+json")


def rest_shape(problem: Problem) -> Response:
    """As PostgREST tells it: code, message, details, hint."""
    body = {
        "code": problem.code or CODES.get(problem.status, str(problem.status)),
        "message": printable(problem.detail),
        "details": problem.details and printable(problem.details),
        "hint": problem.hint and printable(problem.hint),
    }
    return _json(problem, body, "application/json; charset=utf-8")


def printable(text: str) -> str:
    """Text that JSON can carry: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _json(problem: Problem, body: Mapping[str, Any], media_type: str) -> Response:
    return Response(
        orjson.dumps(body), status_code=problem.status, media_type=media_type, headers=dict(problem.headers)
    )


def _wants_a_page(request: Request) -> bool:
    path = request.url.path
    if path.startswith(("/v1/", "/functions/")) or path == "/metrics":
        return False
    return "text/html" in request.headers.get("accept", "")


def install(app: FastAPI, page: Page | None = None) -> None:
    """Let the app answer the errors it knows so; what it does not know, `Catching` does. `page` makes pages."""

    async def handle(request: Request, error: Exception) -> Response:
        return respond(request, problem_of(error), page)

    for kind in (
        LinernotesError, psycopg.Error, PoolTimeout, PoolClosed, RequestValidationError, HTTPException, UnicodeError,
    ):  # fmt: skip
        app.add_exception_handler(kind, handle)


__all__ = ["Page", "Problem", "away", "install", "printable", "problem_json", "problem_of", "respond", "rest_shape"]
