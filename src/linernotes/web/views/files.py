"""The pages' own files, what robots may read, and the choice of colours: for everybody, signed in or not."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from linernotes.web import assets
from linernotes.web.forms import FormOf
from linernotes.web.rendering import THEME_COOKIE, THEMES

router = APIRouter()

A_YEAR = 365 * 24 * 3600


@router.get("/static/{name}")
def static(request: Request, name: str) -> Response:
    """One of the pages' own files."""
    return assets.serve(request, name)


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """For those who look there without being told where the icon is."""
    return RedirectResponse(assets.asset_path("icon.svg"), 301)


@router.get("/robots.txt")
def robots() -> Response:
    """What crawlers should leave alone: what changes by the second, and what is not for reading."""
    return PlainTextResponse((files("linernotes.web") / "static" / "robots.txt").read_text(encoding="utf-8"))


@router.get("/opensearch.xml")
def opensearch(request: Request) -> Response:
    """Lets a browser search here from its own address bar."""
    site = escape(str(request.base_url).rstrip("/"))
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        "<ShortName>linernotes</ShortName><Description>Who produced that song?</Description>"
        f'<Url type="text/html" template="{site}/search?q={{searchTerms}}"/></OpenSearchDescription>',
        media_type="application/opensearchdescription+xml",
    )


@router.post("/theme")
def choose_theme(form: FormOf) -> Response:
    """Keep the choice of light, dark or the system's colours, and go back to the page."""
    answer = RedirectResponse(own_path(form.get("to", "/")), 303)
    theme = form.get("theme", "auto")
    if theme in THEMES and theme != "auto":
        answer.set_cookie(THEME_COOKIE, theme, max_age=A_YEAR, samesite="lax", httponly=True)
    else:
        answer.delete_cookie(THEME_COOKIE)
    return answer


def own_path(to: str) -> str:
    """A path on this very host; the front page for anything that could lead to another."""
    safe = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable() and "\\" not in to
    return to if safe else "/"
