"""What the ASGI layers below share: their types, and a problem sent from a layer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linernotes.api.problems import Problem, respond


async def send_problem(scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
    """Answer a request with a problem, without asking what lies below."""
    await respond(Request(scope), problem)(scope, receive, send)


def header(scope: Scope, name: bytes) -> str:
    """The last header of that name, empty when there is none. name is in lower case."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[-1].decode("latin-1") if found else ""


__all__ = ["ASGIApp", "Message", "Receive", "Scope", "Send", "header", "send_problem"]
