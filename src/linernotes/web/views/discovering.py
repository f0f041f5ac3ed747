"""Bringing an artist in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from linernotes.web.views.search import LONGEST
from linernotes.web.visit import VisitOf

router = APIRouter()


@router.get("/discover")
def discover(visit: VisitOf, name: Annotated[str, Query(max_length=LONGEST)] = "") -> Response:
    """How an artist is brought in."""
    return visit.page("discover.html", title="Discover", private=True, name=name.strip())
