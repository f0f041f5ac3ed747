"""The HTTP interface as one application: `create_app(edge)`."""

from __future__ import annotations

from fastapi import FastAPI

from linernotes import __version__, web
from linernotes.api import functions, problems, rest, v1
from linernotes.api.auth import require
from linernotes.api.edge import Edge
from linernotes.api.keys import Role
from linernotes.api.reading import Turnstile

SUMMARY = "Who produced that song? Music credits from open databases, with the evidence for each one."


def create_app(edge: Edge) -> FastAPI:
    """The application over this edge: pages, /v1, and the shapes of Supabase."""
    app = FastAPI(
        title="linernotes",
        summary=SUMMARY,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.state.edge = edge
    app.state.turnstile = Turnstile(edge)
    problems.install(app, page=web.error_page)
    reading = [require(Role.ANON)]
    app.include_router(web.assets)
    app.include_router(v1.router, dependencies=reading)
    app.include_router(rest.router)
    app.include_router(functions.router)
    app.include_router(web.router, dependencies=reading)
    return app
