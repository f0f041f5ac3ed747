"""Failures as PostgREST tells them: {code, message, details, hint}, and the status that follows from SQLSTATE."""

from __future__ import annotations

from http import HTTPStatus

import psycopg

from linernotes.api.problems import COME_BACK, Problem, away
from linernotes.errors import UsageError


class RestError(UsageError):
    """A request under /rest that cannot be; `code` is PostgREST's or an SQLSTATE."""

    def __init__(
        self, *, status: int, code: str, message: str, details: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.hint = hint

    def problem(self, headers: dict[str, str] | None = None) -> Problem:
        """The same as a problem."""
        return Problem(
            status=self.status,
            detail=str(self),
            code=self.code,
            details=self.details,
            hint=self.hint,
            headers=headers or {},
        )


EXACTLY = {
    "23503": 409, "23505": 409, "25006": 405, "42883": 404, "42P01": 404, "42P17": 500, "P0001": 400, "57P01": 503,
    "57014": 503, "55P03": 503, "42501": 403, "54001": 400,
}  # fmt: skip
BY_CLASS = {
    "08": 503, "09": 500, "0L": 403, "0P": 403, "25": 500, "28": 403, "2D": 500, "38": 500, "39": 500, "3B": 500,
    "40": 503, "53": 503, "54": 500, "55": 500, "57": 500, "58": 500, "F0": 500, "HV": 500, "P0": 500, "XX": 500,
}  # fmt: skip
"""As PostgREST, but for four that say "later": a timeout, a lock, a conflict and an interrupted session are 503 there
as well as here, so that clients try again; and a nesting too deep is the caller's."""

DENIED = "42501"


def status_of(sqlstate: str, *, anonymous: bool) -> int:
    """The HTTP status for an SQLSTATE; who is anonymous and may not is asked to sign in."""
    if sqlstate == DENIED and anonymous:
        return HTTPStatus.UNAUTHORIZED
    return EXACTLY.get(sqlstate) or BY_CLASS.get(sqlstate[:2]) or HTTPStatus.BAD_REQUEST


def problem_of_database(error: psycopg.Error, *, anonymous: bool) -> Problem | None:
    """The problem that an error of PostgreSQL is for the caller; None for one that is ours to look into."""
    state = error.sqlstate
    if isinstance(error, psycopg.DataError) and state is None:  # refused before it was sent: a NUL
        return Problem(status=400, detail="A value holds a NUL, which no text of ours can.", code="22021")
    if state is None:
        return away() if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) else None
    status = status_of(state, anonymous=anonymous)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    headers = {"Retry-After": str(COME_BACK)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers = {"WWW-Authenticate": "Bearer"}
    told = error.diag
    return Problem(
        status=status,
        detail=told.message_primary or str(error),
        code=state,
        details=told.message_detail,
        hint=told.message_hint,
        headers=headers,
    )
