"""Finding producers, and the songs, albums and artists that answer to the same words.

Every answer has an address, filters are a form, and the next page is a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from linernotes.api.reading import Db, Router
from linernotes.errors import UsageError
from linernotes.search.artists import find_artists
from linernotes.search.finding import FIRST_YEAR, LAST_YEAR, Sort, Wanted, find_producers
from linernotes.search.paging import Page
from linernotes.search.producers import Closeness, ProducerHit, as_uuid
from linernotes.search.titles import AlbumHit, TrackHit, find_albums, find_tracks
from linernotes.web.visit import VisitOf
from linernotes.web.words import ROLE_CLASSES, many, query

router = Router()

A_PAGE = 20
BESIDE = 8
SONGS_BESIDE = 5
LONGEST = 300
"""Characters that a field may hold."""

Text = Annotated[str, Query(max_length=LONGEST)]
CursorText = Annotated[str | None, Query(max_length=2000)]
NOTHING: Page[Any] = Page(items=(), next=None)

SORT_WORDS = {
    Sort.RELEVANCE: "nearest name",
    Sort.CREDITS: "most recordings",
    Sort.RECENT: "newest recording",
    Sort.RISING: "rising",
}


@router.get("/search")
def search(
    visit: VisitOf,
    db: Db,
    q: Text = "",
    role: Text = "",
    genre: Text = "",
    year_from: Text = "",
    year_to: Text = "",
    artist: Text = "",
    verified: Text = "",
    reachable: Text = "",
    sort: Text = "",
    cursor: CursorText = None,
) -> Response:
    """Producers who answer to a name and to the filters, a page of them. An empty field asks for nothing."""
    wanted = Wanted(
        q=q.strip() or None,
        roles=(role.strip(),) if role.strip() else (),
        genre=genre.strip() or None,
        year_from=year(year_from, "from year"),
        year_to=year(year_to, "to year"),
        artist=as_uuid(artist) if artist.strip() else None,
        verified=True if verified else None,
        reachable=True if reachable else None,
        sort=order(sort),
    )
    if artist.strip() and wanted.artist is None:
        raise UsageError("The artist is asked for by id; follow the link on the artist's page.")
    found = find_producers(db, wanted, limit=A_PAGE, cursor=cursor)
    asked = address(wanted)
    narrowed = Wanted(q=wanted.q, sort=wanted.sort) != wanted
    titled = wanted.q if not cursor and not narrowed else None
    songs: Page[TrackHit] = find_tracks(db, titled, limit=SONGS_BESIDE) if titled else NOTHING
    albums: Page[AlbumHit] = find_albums(db, titled, limit=BESIDE) if titled else NOTHING
    return visit.page(
        "search.html",
        title=f"“{wanted.q}”" if wanted.q else "Search",
        description=f"Producers and writers who answer to “{wanted.q}”." if wanted.q else None,
        canonical=asked,
        data=as_data(asked),
        csv=as_data(asked, format="csv"),
        wanted=wanted,
        role_words=offered_roles(wanted.roles),
        sorts=list(SORT_WORDS.items()),
        years=(FIRST_YEAR, LAST_YEAR),
        hits=found.items,
        artists=find_artists(db, wanted.q, limit=BESIDE).items if wanted.q and not cursor else (),
        songs=songs,
        albums=albums,
        surely_named=any(hit.closeness is not Closeness.ALIKE for hit in found.items),
        said=in_words(wanted, found.items, begun=cursor is not None, more=found.next is not None),
        narrowed=narrowed,
        next=f"{asked}{'&' if '?' in asked else '?'}{query(cursor=found.next)[1:]}" if found.next else None,
        first=asked if cursor else None,
    )


@router.get("/search/songs")
def songs(visit: VisitOf, db: Db, q: Text = "", cursor: CursorText = None) -> Response:
    """All songs that answer to a title, a page of them."""
    if not q.strip():
        return RedirectResponse("/search")
    return _titled(visit, "tracks", q, cursor, find_tracks(db, q, limit=A_PAGE, cursor=cursor))


@router.get("/search/albums")
def albums(visit: VisitOf, db: Db, q: Text = "", cursor: CursorText = None) -> Response:
    """All albums that answer to a title, a page of them."""
    if not q.strip():
        return RedirectResponse("/search")
    return _titled(visit, "albums", q, cursor, find_albums(db, q, limit=A_PAGE, cursor=cursor))


def _titled(
    visit: VisitOf, kind: str, q: str, cursor: str | None, found: Page[TrackHit] | Page[AlbumHit]
) -> Response:
    noun = "song" if kind == "tracks" else "album"
    asked, page = query(q=q), f"/search/{noun}s"
    return visit.page(
        "titled.html",
        title=f"{noun.capitalize()}s “{q}”",
        data=f"/v1/{kind}{asked}",
        csv=f"/v1/{kind}{query(q=q, format='csv')}",
        q=q,
        kind=kind,
        noun=noun,
        hits=found.items,
        next=f"{page}{query(q=q, cursor=found.next)}" if found.next else None,
        first=f"{page}{asked}" if cursor else None,
    )


def address(wanted: Wanted) -> str:
    """The address of a search, with what it asks for and nothing else."""
    return "/search" + query(
        q=wanted.q,
        role=wanted.roles[0] if wanted.roles else None,
        genre=wanted.genre,
        year_from=wanted.year_from,
        year_to=wanted.year_to,
        artist=wanted.artist,
        verified=1 if wanted.verified else None,
        reachable=1 if wanted.reachable else None,
        sort=wanted.sort if wanted.sort is not Sort.RELEVANCE else None,
    )


def as_data(asked: str, **more: object) -> str:
    """Where the same answer is for programs."""
    extra = query(**more)[1:]
    begin = asked.replace("/search", "/v1/producers", 1)
    return f"{begin}{'&' if '?' in begin else '?'}{extra}" if extra else begin


def in_words(wanted: Wanted, hits: Sequence[ProducerHit], *, begun: bool, more: bool) -> str:
    """What was found, as a heading."""
    named = f" for “{wanted.q}”" if wanted.q else ""
    if not hits:
        return f"No producer{named}"
    if wanted.q and all(hit.closeness is Closeness.ALIKE for hit in hits):
        return f"Nobody is called “{wanted.q}”; these names are near"
    if begun:
        return f"More producers{named}"
    if more:
        return f"The first {len(hits)} producers{named}"
    return f"{many(len(hits), 'producer')}{named}"


def offered_roles(asked: Sequence[str]) -> list[str]:
    """The roles to choose from: the classes, and what was asked for."""
    classes = [one for one in ROLE_CLASSES if one != "other"]
    return [*classes, *(one for one in asked if one not in classes)]


def year(text: str, name: str) -> int | None:
    """A year that was typed; None for an empty field. Raises UsageError."""
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"“{name}” takes a year, such as 1983.") from None


def order(text: str) -> Sort:
    """The order that was chosen. Raises UsageError."""
    try:
        return Sort(text.strip() or Sort.RELEVANCE)
    except ValueError:
        raise UsageError(f"There is no order {text!r}. There are: {', '.join(Sort)}.") from None
