"""Artists, albums and tracks while the rows are being read: what the next row may still add to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from linernotes.model.catalogue import AlbumFact, ArtistFact, ExternalId, Problem, TrackFact
from linernotes.model.claim import Claim
from linernotes.sources.tables.listing import ListedAlbum, ListedArtist, ListedTrack, name_id


@dataclass(slots=True)
class DraftTrack:
    """line is where the track was named first."""

    name: str
    ids: tuple[ExternalId, ...]
    artists: tuple[str, ...]
    line: int
    isrcs: tuple[str, ...] = ()
    recording_ids: tuple[ExternalId, ...] = ()
    duration_ms: int | None = None
    position: int | None = None
    url: str | None = None
    claims: dict[tuple[str, str], Claim] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def listed(self) -> ListedTrack:
        fact = TrackFact(
            name=self.name,
            ids=self.ids,
            recording_ids=self.recording_ids,
            isrcs=self.isrcs,
            duration_ms=self.duration_ms,
            position=self.position,
            artists=self.artists,
            url=self.url,
        )
        return ListedTrack(fact, tuple(self.claims.values()), tuple(self.problems))


@dataclass(slots=True)
class DraftAlbum:
    """complained holds the dates that were complained of, so that each is named once."""

    name: str
    key: str
    kind: str
    release_date: str | None = None
    complained: set[str] = field(default_factory=set)
    tracks: dict[str, DraftTrack] = field(default_factory=dict)

    def listed(self) -> ListedAlbum:
        fact = AlbumFact(name=self.name, ids=(name_id(self.key),), release_date=self.release_date, kind=self.kind)
        return ListedAlbum(fact, tuple(track.listed() for track in self.tracks.values()))


@dataclass(slots=True)
class DraftArtist:
    """said runs over everything that the artist's rows say; it ends as the artist's version."""

    name: str
    ids: tuple[ExternalId, ...]
    key: str
    said: hashlib._Hash = field(default_factory=hashlib.sha256)
    albums: dict[str, DraftAlbum] = field(default_factory=dict)

    def listed(self) -> ListedArtist:
        fact = ArtistFact(name=self.name, ids=self.ids, version=self.said.hexdigest()[:16])
        return ListedArtist(fact, tuple(album.listed() for album in self.albums.values()))
