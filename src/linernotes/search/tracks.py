"""The page of one track: who is credited on it, where else the recording stands, and which sources were asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, rows_of
from linernotes.search.profile import Id

SQL = load_queries("linernotes.search", "tracks.sql")

MOST_PLACES = 100
"""How many albums and how many versions a page lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditOnTrack:
    """A credit with how sure it is; id leads to the evidence. Flags as in `profile.CreditShown`."""

    id: UUID
    producer_id: UUID
    producer: str
    role: str
    role_class: str
    counts_as_producer: bool
    confidence: float
    verified: bool
    inherited: bool
    conflict: bool
    scope: str
    credited_as: str | None
    sources: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOfTrack:
    """Another track: of the same recording on another album, or of another version of the work."""

    track_id: UUID
    track: str
    artist: str
    album_id: UUID
    album: str
    release_date: str | None
    version_class: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedSource:
    """A source that was asked about the recording: how many claims it made (0: looked, and found none), and when."""

    source: str
    claims: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPage:
    """Everything the base knows of a track. duration_ms is in milliseconds."""

    id: UUID
    name: str
    artist_id: UUID
    artist: str
    album_id: UUID
    album: str
    release_date: str | None
    cover_url: str | None
    duration_ms: int | None
    isrc: str | None
    popularity: int | None
    recording_id: UUID | None
    version_class: str | None
    ids: list[Id]
    credits: list[CreditOnTrack]
    also_on: list[PlaceOfTrack]
    versions: list[PlaceOfTrack]
    sources: list[AskedSource]


def track_page(db: Db, id_: UUID) -> TrackPage:
    """The page of one track, in six statements. Raises NotFound."""
    asked = {"id": id_, "shown_from": SHOWN_FROM, "limit": MOST_PLACES}
    with db.cursor(row_factory=dict_row) as cursor:
        track = cursor.execute(SQL["track"], asked).fetchone()
    if track is None:
        raise NotFound(f"No track has the id {id_}. An album's page lists the tracks with their ids.")
    asked["recording_id"] = track["recording_id"]
    track["ids"] = rows_of(db, Id, SQL["ids"], asked)
    track["credits"] = rows_of(db, CreditOnTrack, SQL["credits"], asked)
    track["also_on"] = rows_of(db, PlaceOfTrack, SQL["also_on"], asked)
    track["versions"] = rows_of(db, PlaceOfTrack, SQL["versions"], asked)
    track["sources"] = rows_of(db, AskedSource, SQL["sources"], asked)
    return TrackPage(**track)
