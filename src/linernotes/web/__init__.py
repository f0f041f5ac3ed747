"""Pages for people, made from the same answers as the API: `views/` ask `search/`, `templates/` show, `svg/` draw.

A page is complete as the server sends it. The script adds results while typing and progress as it happens; nothing
depends on it, and nothing is loaded from anywhere else.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from linernotes.api.problems import Problem, printable
from linernotes.web.rendering import page
from linernotes.web.views import (
    about,
    compare,
    discovering,
    files,
    home,
    operations,
    producers,
    reference,
    search,
    works,
)

router = APIRouter(include_in_schema=False)
"""The pages; each takes the right to read."""

VIEWS = (home, search, producers, works, compare, discovering, operations, about, reference)

for view in VIEWS:
    router.include_router(view.router)

assets = APIRouter(include_in_schema=False)
"""What everybody may have: style sheets, scripts, pictures of ours."""
assets.include_router(files.router)

_HEADINGS = {
    401: "Sign in first",
    403: "Not for this key",
    404: "Not here",
    422: "That cannot be asked",
    429: "A little slower",
    500: "Something went wrong here",
    503: "Not at the moment",
}


def sign_in_form(request: Request, next_page: str = "/", failure: str = "", status: int = 200) -> Response:
    """The page on which to sign in with a key. failure says why it did not work the last time."""
    answer = page(
        request, "sign_in.html", title="Sign in", status=status, next_page=next_page, failure=failure, private=True
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def error_page(request: Request, problem: Problem) -> Response:
    """A problem as a page: what is wrong, and where to go from here."""
    answer = page(
        request,
        "error.html",
        title=_HEADINGS.get(problem.status, problem.heading),
        said=printable(problem.detail),
        status=problem.status,
    )
    answer.headers.update(problem.headers)
    return answer
