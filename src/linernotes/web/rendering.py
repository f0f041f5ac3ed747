"""From values to an answer: the templates, what every page knows, and how the answer is sent.

Whatever stands in a value is escaped; markup comes from the templates and from `svg/` alone. An answer is small
(compressed where the browser takes that) and is checked again on every visit: a page that has not changed costs its
headers only.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from linernotes.api.auth import COOKIE
from linernotes.search import SHOWN_FROM
from linernotes.web import words
from linernotes.web.assets import accepts_gzip, asset_path, compressed
from linernotes.web.svg.bars import meter

THEME_COOKIE = "linernotes_theme"
THEMES = ("auto", "light", "dark")
FILTERS = (
    "day", "minute", "role", "roles", "sure", "playing_time", "span", "host", "outward", "segment", "pretty",
)  # fmt: skip


@cache
def templates() -> Environment:
    """The templates, with what all of them may use."""
    environment = Environment(
        loader=PackageLoader("linernotes.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {name: getattr(words, name) for name in FILTERS}
    environment.globals |= {
        "asset": asset_path,
        "many": words.many,
        "years": words.years,
        "dates": words.dates,
        "query": words.query,
        "meter": meter,
        "role_classes": words.ROLE_CLASSES,
        "shown_from": SHOWN_FROM,
        "themes": THEMES,
    }
    return environment


def page(request: Request, template: str, *, title: str, status: int = 200, **values: Any) -> Response:
    """A whole page as the answer to a request. title stands in the tab; the template may use every other value.

    private: for this person alone, so that neither a search engine nor the browser's own memory keeps it.
    """
    theme = request.cookies.get(THEME_COOKIE, "")
    known = {
        "title": title,
        "theme": theme if theme in THEMES else "auto",
        "here": request.url.path,
        "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "site": str(request.base_url).rstrip("/"),
        "status": status,
        "session": COOKIE in request.cookies,
    }
    body = templates().get_template(template).render(known | values).encode()
    return _answer(request, body, status, keep=not values.get("private"))


def _answer(request: Request, body: bytes, status: int, *, keep: bool) -> Response:
    headers = {
        "etag": f'W/"{hashlib.sha256(body).hexdigest()[:24]}"',
        "cache-control": "private, no-cache" if keep and status == 200 else "no-store",
        "vary": "accept, accept-encoding, cookie",
    }
    if keep and status == 200 and headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    short = compressed(body) if accepts_gzip(request) else None
    if short is not None:
        headers["content-encoding"] = "gzip"
    return Response(short or body, status, headers, media_type="text/html; charset=utf-8")
