"""Under which names we answer.

A server on loopback is reached from any web page that the person at this machine has open, if that page's name is
made to mean 127.0.0.1 (DNS rebinding). The browser then sends the page's name as Host, so names that are not ours are
refused. Bound elsewhere, LINERNOTES_HOSTS says which names are ours; unset, all.
"""

from __future__ import annotations

from linernotes.api.asgi import ASGIApp, Receive, Scope, Send, header, send_problem
from linernotes.api.edge import Edge
from linernotes.api.problems import Problem

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def our_names(edge: Edge) -> frozenset[str] | None:
    """The names that we answer to; None for all."""
    named = frozenset(edge.settings.host_names)
    if edge.on_loopback:
        host = edge.host.lower()
        return LOOPBACK_NAMES | named | {f"[{host}]" if ":" in host else host}
    return named or None


def name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


class KnownHosts:
    """Refuses a request for a name that is not ours."""

    def __init__(self, app: ASGIApp, names: frozenset[str] | None) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = header(scope, b"host") if scope["type"] == "http" else ""
        if scope["type"] != "http" or self._names is None or name_of(host) in self._names:
            return await self._app(scope, receive, send)
        told = "This server does not answer to that name. Name it in LINERNOTES_HOSTS, if it is yours."
        return await send_problem(scope, receive, send, Problem(status=421, detail=told))
