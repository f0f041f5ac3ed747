"""People as Discogs names them: `Venom (8)` is shown as Venom, `Persuader, The` as The Persuader."""

from __future__ import annotations

from linernotes.model.catalogue import ExternalId, Json
from linernotes.model.claim import Person
from linernotes.model.names import display_name, is_unknown, strip_discogs_number
from linernotes.sources.matching import article_first
from linernotes.sources.reading import text, whole

SOURCE = "discogs"

VARIOUS = "194"
UNKNOWN_ARTIST = "355"
NOBODY = frozenset({"0", VARIOUS, UNKNOWN_ARTIST, "118760", "151641"})
"""Not linked, Various, Unknown Artist, No Artist, Traditional: as persons they would join many into one."""


def id_of(artist: Json) -> str:
    """The number of an artist, '' where a name has no page."""
    number = whole(artist, "id")
    return str(number) if number else ""


def shown(name: str) -> str:
    """A name without what Discogs adds to it. `Unknown (3)` keeps its number: without it, it would be nobody."""
    bare = strip_discogs_number(display_name(name))
    return display_name(name) if is_unknown(bare) and not is_unknown(name) else article_first(bare)


def person_of(artist: Json) -> Person | None:
    """Somebody with a page of their own; None for a name without a page and for those that are nobody."""
    number, name = id_of(artist), text(artist, "name")
    if not number or number in NOBODY or not display_name(name) or is_unknown(name):
        return None
    return Person(name=shown(name), ids=(ExternalId(SOURCE, number),))


def artist_page(number: str) -> str:
    """Where a reader can check a person."""
    return f"https://www.discogs.com/artist/{number}"


def release_page(number: str) -> str:
    """Where a reader can check a release."""
    return f"https://www.discogs.com/release/{number}"
