"""How large a request may be, and how long it may take to arrive."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from starlette.exceptions import HTTPException

from linernotes.api.asgi import ASGIApp, Message, Receive, Scope, Send, header, send_problem
from linernotes.api.problems import Problem, problem_of

LONGEST_PATH = 2_000
LONGEST_QUERY = 16_000
MOST_PARAMETERS = 200
LARGEST_BODY = 1_000_000
"""Bytes. A call's arguments are a few thousand; a bulk load is read from a file, not from here."""

BODY_WITHIN = timedelta(seconds=20)
CLOSE = {"Connection": "close"}


class TooLarge(HTTPException):
    """The body is longer than it may be."""

    def __init__(self) -> None:
        super().__init__(413, f"The body is too large: at most {LARGEST_BODY} bytes.", CLOSE)


class TooSlow(HTTPException):
    """The body did not arrive in time."""

    def __init__(self) -> None:
        super().__init__(408, "The body did not arrive in time.", CLOSE)


class Limits:
    """Refuses what is too long before anything is read of it, and stops reading what grows too long or stays out."""

    def __init__(self, app: ASGIApp, body_within: timedelta = BODY_WITHIN) -> None:
        self._app = app
        self._within = body_within.total_seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if (problem := refused(scope)) is not None:
            return await send_problem(scope, receive, send, problem)
        return await self._app(scope, Body(receive, self._within).receive, send)


class Body:
    """A request's body on its way in, counted and timed."""

    def __init__(self, receive: Receive, within: float) -> None:
        self._receive = receive
        self._within = within
        self._read = 0
        self._whole = False

    async def receive(self) -> Message:
        """The next part. Raises TooLarge and TooSlow."""
        if self._whole:  # what comes now is the end of the connection, whenever that is
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._within)
        except TimeoutError:
            raise TooSlow from None
        self._read += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._read > LARGEST_BODY:
            raise TooLarge
        return message


def refused(scope: Scope) -> Problem | None:
    """The problem with a request's size that shows before its body is read."""
    if len(scope.get("raw_path") or b"") > LONGEST_PATH or len(scope["query_string"]) > LONGEST_QUERY:
        return Problem(status=414, detail=f"The address is too long: its query has at most {LONGEST_QUERY} bytes.")
    if scope["query_string"].count(b"&") >= MOST_PARAMETERS:
        return Problem(status=414, detail=f"The query has more than {MOST_PARAMETERS} parameters.")
    length = header(scope, b"content-length")
    if length.isdigit() and int(length[:20]) > LARGEST_BODY:
        return problem_of(TooLarge())
    return None
