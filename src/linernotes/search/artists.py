"""Artists: found by name as producers are, and the page of one: albums, and the people behind most of the music."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound, UsageError
from linernotes.model.names import LONGEST_NAME
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, rows_of
from linernotes.search.finding import by_length
from linernotes.search.paging import MOST, Page, checked_limit, page_of, place_after
from linernotes.search.producers import answering
from linernotes.search.profile import Id

SQL = load_queries("linernotes.search", "artists.sql")

MOST_PRODUCERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistHit:
    """An artist found by a name. what tells them from a namesake; matched is the name that answered."""

    id: UUID
    name: str
    what: str | None
    matched: str
    genres: list[str]
    popularity: int | None
    image_url: str | None
    albums: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumListed:
    """An album of an artist. release_date has the precision that the source gave: 2019, 2019-05, 2019-05-17."""

    id: UUID
    name: str
    release_date: str | None
    cover_url: str | None
    tracks: int
    credited: int
    released: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerOfArtist:
    """Somebody credited on an artist's recordings, each counted once."""

    id: UUID
    name: str
    recordings: int
    produced: int
    written: int
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOfArtist:
    """A catalogue source that lists albums of the artist, how many, and when it was last asked about one."""

    source: str
    albums: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistPage:
    """Everything the base knows of an artist. albums holds the newest; `albums_of` pages through all of them."""

    id: UUID
    name: str
    what: str | None
    aliases: list[str]
    genres: list[str]
    popularity: int | None
    image_url: str | None
    ids: list[Id]
    albums: list[AlbumListed]
    albums_in_all: int
    recordings: int
    producers: list[ProducerOfArtist]
    sources: list[SourceOfArtist]


def find_artists(db: Db, q: str | None, *, limit: int = 20, cursor: str | None = None) -> Page[ArtistHit]:
    """A page of the artists whose names answer to q, the nearest first; of all by name without it.

    Raises UsageError for a name that is too long, a limit beyond 1 to 100, and a cursor of another question.
    """
    asked = {"limit": checked_limit(limit) + 1}
    question = f"artists {q and ' '.join(q.split())!r}"
    named = bool(q and q.strip())
    kinds = (int, float, str, UUID) if named else (str, UUID)
    place = place_after(cursor, question, kinds)
    parameters: dict[str, Any] = {**asked, "begun": place is not None}
    parameters |= {f"after_{i}": key for i, key in enumerate(place or (None,) * len(kinds))}
    if named:
        assert q is not None
        if len(q) > LONGEST_NAME:
            raise UsageError(f"q has {len(q)} characters; the longest name has {LONGEST_NAME}.")
        parameters |= by_length(answering(q))
    statement = SQL["by_name"] if named else SQL["in_order"]
    with db.cursor(row_factory=dict_row) as rows:
        found = rows.execute(statement, parameters, prepare=False).fetchall()
    keys = ("closeness", "likeness", "key", "id") if named else ("key", "id")
    hidden = {"closeness", "likeness", "key"}
    return page_of(
        found,
        limit,
        question,
        lambda row: [row[key] for key in keys],
        lambda row: ArtistHit(**{name: value for name, value in row.items() if name not in hidden}),
    )


def artist_page(db: Db, id_: UUID, *, albums: int = 50) -> ArtistPage:
    """The page of one artist, with so many of the newest albums. Raises NotFound."""
    asked = {"id": id_, "shown_from": SHOWN_FROM, "limit": MOST_PRODUCERS}
    with db.cursor(row_factory=dict_row) as cursor:
        artist = cursor.execute(SQL["artist"], asked).fetchone()
    if artist is None:
        raise NotFound(f"No artist has the id {id_}. Search for the name to find the id.")
    artist["ids"] = rows_of(db, Id, SQL["ids"], asked)
    artist["producers"] = rows_of(db, ProducerOfArtist, SQL["producers"], asked)
    artist["sources"] = rows_of(db, SourceOfArtist, SQL["sources"], asked)
    return ArtistPage(**artist, albums=list(albums_of(db, id_, limit=albums).items))


def albums_of(db: Db, id_: UUID, *, limit: int = MOST, cursor: str | None = None) -> Page[AlbumListed]:
    """A page of an artist's albums, the newest first, those without a date last."""
    question = f"albums of {id_}"
    place = place_after(cursor, question, (date, str, UUID))
    after = dict(zip(("released", "name", "after_id"), place or (None, None, None), strict=True))
    asked = {"id": id_, "limit": checked_limit(limit) + 1, "begun": place is not None, **after}
    found = rows_of(db, AlbumListed, SQL["albums"], asked | {"shown_from": SHOWN_FROM}, prepare=False)
    return page_of(found, limit, question, lambda a: [a.released, a.name, a.id], lambda a: a)
