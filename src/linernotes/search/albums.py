"""The page of one album: its tracks in their order, each with the people who are credited on it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, rows_of
from linernotes.search.profile import Id

SQL = load_queries("linernotes.search", "albums.sql")

MOST_TRACKS = 1_000
"""The longest box sets have several hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonOnTrack:
    """Somebody credited on a track, in one role. credit_id leads to the evidence."""

    credit_id: UUID
    producer_id: UUID
    producer: str
    role: str
    role_class: str
    confidence: float
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackOnAlbum:
    """A track in its place. duration_ms is in milliseconds; looked_up: some credit source was asked about it."""

    id: UUID
    disc: int | None
    position: int | None
    name: str
    duration_ms: int | None
    isrc: str | None
    recording_id: UUID | None
    looked_up: bool
    credits: list[PersonOnTrack]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumPage:
    """Everything the base knows of an album; at most a thousand of its tracks_in_all are shown."""

    id: UUID
    name: str
    artist_id: UUID
    artist: str
    release_date: str | None
    kind: str | None
    cover_url: str | None
    ids: list[Id]
    sources: list[str]
    tracks_in_all: int
    tracks: list[TrackOnAlbum]


def album_page(db: Db, id_: UUID) -> AlbumPage:
    """The page of one album, in four statements. Raises NotFound."""
    asked = {"id": id_, "shown_from": SHOWN_FROM, "limit": MOST_TRACKS}
    with db.cursor(row_factory=dict_row) as cursor:
        album = cursor.execute(SQL["album"], asked).fetchone()
        if album is None:
            raise NotFound(f"No album has the id {id_}. An artist's page lists the albums with their ids.")
        tracks = cursor.execute(SQL["tracks"], asked).fetchall()
        credits = cursor.execute(SQL["credits"], asked).fetchall()
    people: dict[UUID, list[PersonOnTrack]] = {}
    for credit in credits:
        people.setdefault(credit.pop("track_id"), []).append(PersonOnTrack(**credit))
    album["ids"] = rows_of(db, Id, SQL["ids"], asked)
    return AlbumPage(**album, tracks=[TrackOnAlbum(**track, credits=people.get(track["id"], [])) for track in tracks])
