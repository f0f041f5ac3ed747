"""Pages for people, made from the same answers as the API."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from linernotes.api.problems import Problem

router = APIRouter(include_in_schema=False)
"""The pages; each takes the right to read."""

assets = APIRouter(include_in_schema=False)
"""What everybody may have: style sheets, scripts, pictures of ours."""


def error_page(request: Request, problem: Problem) -> Response:
    """A problem as a page."""
    text = f"<!doctype html><html lang=en><title>{escape(problem.heading)}</title><h1>{escape(problem.heading)}</h1>"
    return HTMLResponse(
        f"{text}<p>{escape(problem.detail)}</p>", status_code=problem.status, headers=dict(problem.headers)
    )
