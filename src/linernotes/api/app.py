"""The HTTP interface as one application: `create_app(edge)`.

A request passes the layers from the outermost to the innermost, and each may answer: size and time, our names, other
sites' pages, pace; then the route finds out who asks.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from linernotes import __version__, web
from linernotes.api import contacts, functions, metrics, problems, rest, sessions, v1
from linernotes.api.auth import require
from linernotes.api.catching import Catching
from linernotes.api.description import describe_callers
from linernotes.api.edge import Edge
from linernotes.api.headers import SecurityHeaders
from linernotes.api.heads import Heads
from linernotes.api.hosts import KnownHosts, our_names
from linernotes.api.keys import Role
from linernotes.api.limits import Limits
from linernotes.api.metrics import Counted, Requests
from linernotes.api.pace import Pace, PaceOfAddresses, allowance
from linernotes.api.reading import Turnstile
from linernotes.api.rest.catalog import Catalog
from linernotes.api.tokens import Verifier

SUMMARY = "Who produced that song? Music credits from open databases, with the evidence for each one."

ASKED_WITH = [
    "accept-profile", "apikey", "authorization", "content-profile", "content-type", "last-event-id", "prefer",
    "range", "range-unit", "x-client-info", "x-region", "x-retry-count", "x-supabase-api-version",
]  # fmt: skip
"""The headers with which browsers of other sites may ask: those of the Supabase clients."""

TOLD = ["content-range", "content-profile", "location", "retry-after", "x-total-count"]
"""The headers of an answer that they may read."""


def create_app(edge: Edge) -> FastAPI:
    """The application over this edge: pages, /v1, and the shapes of Supabase."""
    requests = Requests()
    app = FastAPI(
        title="linernotes",
        summary=SUMMARY,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        middleware=layers(edge, requests),
    )
    describe_callers(app)
    app.state.edge = edge
    app.state.requests = requests
    app.state.turnstile = Turnstile(edge)
    app.state.verifier = Verifier(edge.settings)
    app.state.catalog = Catalog()
    app.state.pace = Pace(allowance(edge))
    problems.install(app, page=web.error_page)
    reading = [require(Role.ANON)]
    app.include_router(web.assets)
    app.include_router(sessions.router)
    app.include_router(v1.router, dependencies=reading)
    app.include_router(contacts.router)
    app.include_router(metrics.router)
    app.include_router(rest.router)
    app.include_router(functions.router)
    app.include_router(web.router, dependencies=reading)
    return app


def layers(edge: Edge, requests: Requests) -> list[Middleware]:
    """What stands between a request and its route, the outermost first."""
    return [
        Middleware(Counted, requests=requests),
        Middleware(SecurityHeaders),
        Middleware(Limits),
        Middleware(KnownHosts, names=our_names(edge)),
        Middleware(
            CORSMiddleware,
            allow_origins=edge.settings.origin_sites,
            allow_methods=["GET", "HEAD", "POST", "DELETE", "PATCH", "PUT"],
            allow_headers=ASKED_WITH,
            expose_headers=TOLD,
            max_age=3600,
        ),
        Middleware(Heads),
        Middleware(PaceOfAddresses, a_minute=allowance(edge)),
        Middleware(Catching, page=web.error_page),
    ]
