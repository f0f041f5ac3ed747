"""The front page: one question, and what the base holds."""

from __future__ import annotations

from starlette.responses import Response

from linernotes.api.reading import Db, Router
from linernotes.search.contents import contents
from linernotes.search.finding import Sort, Wanted, find_producers
from linernotes.web.visit import VisitOf

router = Router()

MOST_CREDITED = 8
THINGS = ("producers", "artists", "albums", "recordings", "credits", "claims")
"""What is counted on the front page, in this order."""


@router.get("/")
def home(visit: VisitOf, db: Db) -> Response:
    """The front page."""
    held = contents(db)
    counts = {one.thing: one for one in held.held}
    known_for = find_producers(db, Wanted(sort=Sort.CREDITS), limit=MOST_CREDITED).items
    return visit.page(
        "home.html",
        title="",
        structured={
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": "linernotes",
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{str(visit.request.base_url).rstrip('/')}/search?q={{q}}",
                "query-input": "required name=q",
            },
        },
        data="/v1/contents",
        holds=[counts[thing] for thing in THINGS] if counts["albums"].count or known_for else [],
        known_for=known_for,
        sources=held.sources,
    )
