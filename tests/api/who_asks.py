"""The application with routes that say who asks, each for another role."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI

from linernotes.api.app import create_app
from linernotes.api.auth import Caller, CallerOf, require
from linernotes.api.edge import Edge
from linernotes.api.keys import Role


def app_that_says_who_asks(edge: Edge) -> FastAPI:
    """`GET /v1/me` is for everybody, `POST /v1/work` for who may start work, `POST /v1/rule` for the operator."""
    app = create_app(edge)

    @app.get("/v1/me")
    def me(caller: CallerOf) -> dict[str, str]:
        return {"role": caller.role, "name": caller.name, "by": caller.by}

    @app.post("/v1/work")
    def work(caller: Annotated[Caller, require(Role.AUTHENTICATED)]) -> str:
        return caller.name

    @app.post("/v1/rule", dependencies=[require(Role.SERVICE)])
    def rule() -> str:
        return "done"

    return app
