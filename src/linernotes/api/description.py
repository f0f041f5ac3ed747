"""What /openapi.json says beyond the routes: how a caller shows who they are."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from linernotes.api.auth import COOKIE

SCHEMES: dict[str, dict[str, str]] = {
    "apikey": {"type": "apiKey", "in": "header", "name": "apikey", "description": "A key: `linernotes keys add`."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The same key, or a JWT."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A browser that signed in."},
}
ANY_OR_NONE: list[dict[str, list[str]]] = [{}, {"apikey": []}, {"bearer": []}, {"session": []}]
"""One of them; or none, where visitors may read. Which role a route takes is in docs/api.md."""


def describe_callers(app: FastAPI) -> None:
    """Let the application's description name the ways to show a key."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        document["security"] = ANY_OR_NONE
        return document

    app.openapi = described  # type: ignore[method-assign]
