"""How we read a profile: what the person says of themselves, and the site they name. Nothing here raises.

There is no address for letters in it, pictures have addresses that expire, and of how many follow we keep nothing.
"""

from __future__ import annotations

from linernotes.model.catalogue import Json
from linernotes.model.claim import Link, Profile
from linernotes.sources.links import Place, normalise
from linernotes.sources.reading import mapping, text

LONGEST_BIOGRAPHY = 1000
"""Instagram allows 150 characters; who answers with more is not Instagram."""


def page_of(handle: str) -> str:
    """The page of a handle."""
    return f"https://instagram.com/{handle}"


def parse_profile(answer: Json, handle: str) -> Profile:
    """The biography, the account itself and the site that it names, which the person published there."""
    found = mapping(answer, "business_discovery")
    own = Place("instagram", handle, page_of(handle))
    places = [own, *([site] if (site := normalise(text(found, "website"))) is not None else [])]
    return Profile(
        links=tuple(
            Link(kind=p.kind, value=p.value, url=p.url, source_url=page_of(handle), source_record_id=handle)
            for p in places
        ),
        biography=text(found, "biography").replace("\x00", "").strip()[:LONGEST_BIOGRAPHY] or None,
    )
