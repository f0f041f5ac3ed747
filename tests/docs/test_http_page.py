"""Every route under /v1 and every one of its parameters stands on its page, and the page names no other."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import FastAPI

from linernotes.api.v1 import router

PAGE = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")


def description() -> dict[str, dict[str, dict[str, list[dict[str, str]]]]]:
    app = FastAPI()
    app.include_router(router)
    paths: dict[str, dict[str, dict[str, list[dict[str, str]]]]] = app.openapi()["paths"]
    return paths


def test_every_route_is_on_the_page_and_the_page_names_no_other() -> None:
    served = {f"{method.upper()} {path}" for path, methods in description().items() for method in methods}
    assert set(re.findall(r"`((?:GET|POST|DELETE) /v1/[^`?]*)`", PAGE)) == served


def test_every_parameter_is_on_the_page() -> None:
    named = {
        p["name"] for methods in description().values() for m in methods.values() for p in m.get("parameters", [])
    }
    named -= {"id", "other", "what"}  # of the paths
    assert {name for name in named if not re.search(rf"`{name}[`=]", PAGE, re.IGNORECASE)} == set()
