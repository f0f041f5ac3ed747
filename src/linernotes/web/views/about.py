"""How to read a credit: what the numbers and words on the pages mean."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from linernotes.search.reasons import MOST, VERIFIES_FROM
from linernotes.web.visit import VisitOf

router = APIRouter()


@router.get("/about")
def about(visit: VisitOf) -> Response:
    """The page that explains the others."""
    return visit.page("about.html", title="How to read a credit", most=MOST, verifies_from=VERIFIES_FROM)
