"""What Prometheus scrapes at /metrics: the pipeline's figures from the base, and this process's requests.

A request is counted under its route's pattern, never under its address: a stranger cannot make up new series, and no
name or id that somebody asked for is kept.
"""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from linernotes.api.asgi import ASGIApp, Message, Receive, Scope, Send
from linernotes.api.auth import Caller, CallerOf, Role, refuse_lesser
from linernotes.api.reading import Db, EdgeOf, Router
from linernotes.search.metrics import exposition

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ELSEWHERE = "other"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

router = Router()


class Requests:
    """The counts of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.count = Counter(
            "linernotes_http_requests",
            "Requests answered, by route, method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "linernotes_http_request_seconds",
            "Time from a request's head to the beginning of its answer.",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.running = Gauge(
            "linernotes_http_requests_running", "Requests that are being answered now.", registry=self.registry
        )


class Counted:
    """Counts every request."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], time.perf_counter() - began)
            await send(message)

        with self._requests.running.track_inprogress():
            return await self._app(scope, receive, sending)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = pattern_of(scope)
        method = scope["method"] if scope["method"] in METHODS else ELSEWHERE
        self._requests.count.labels(route, method, str(status)).inc()
        self._requests.seconds.labels(route).observe(seconds)


def pattern_of(scope: Scope) -> str:
    """The pattern of the route that took a request; `other` when none did.

    A route knows the end of its pattern; the beginning, of the routers that it was included by, stands in the path.
    """
    route = scope.get("route")
    ending = getattr(route, "path_format", None) or getattr(route, "path", None)
    if not isinstance(ending, str):
        return ELSEWHERE
    filled = ending
    for name, value in scope.get("path_params", {}).items():
        filled = filled.replace(f"{{{name}}}", str(value))
    return scope["path"].removesuffix(filled) + ending if scope["path"].endswith(filled) else ending


async def may_scrape(caller: CallerOf, edge: EdgeOf) -> Caller:
    """Who may see the figures: the operator, and on loopback without a secret whoever is there. Raises NotAllowed."""
    if not edge.at_home:
        refuse_lesser(caller, Role.SERVICE)
    return caller


@router.get("/metrics", response_class=Response, tags=["operations"], summary="Figures for Prometheus")
def metrics(request: Request, db: Db, edge: EdgeOf, caller: Annotated[Caller, Depends(may_scrape)]) -> Response:
    """Queues, dead letters, sources, jobs and requests, in Prometheus' text format."""
    requests: Requests = request.app.state.requests
    text = exposition(db, edge.now(), process=requests.registry)
    return Response(text, media_type=MEDIA_TYPE)
