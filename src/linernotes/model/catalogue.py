"""What a source tells of artists, albums and tracks, and how we name them back to it.

A *fact* comes from a source and has no row yet. A *ref* names a row of ours together with the ids under which
sources know it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

Json = Any
"""Decoded JSON as a stranger sent it: anything may be missing, null or of another type."""


@dataclass(frozen=True, slots=True, order=True)
class ExternalId:
    """The name by which a source knows a thing, unique per kind of thing and scheme.

    Schemes in use: ``musicbrainz`` (the MBID of an artist, track, recording or person; of an album its release
    group), ``musicbrainz_release`` (the editions of an album), ``isrc``, ``wikidata``, ``discogs`` (an artist's or
    person's number), ``discogs_release`` and ``discogs_master`` (of albums), ``spotify``, ``deezer``, ``genius`` (the
    number), ``genius_slug`` (the last part of a page's address), ``isni``, ``wikipedia``; ``name`` where a source
    knows a thing by its name alone.
    """

    scheme: str
    value: str


def value_of(ids: Iterable[ExternalId], scheme: str) -> str | None:
    """The first value of a scheme among ids, or None."""
    return next((i.value for i in ids if i.scheme == scheme), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistFact:
    """An artist as a catalogue source describes it.

    popularity is 0 to 100 or None when the source has no such figure; score is the source's own trust in the
    match with the name that was asked for, 0 to 100. version changes whenever what the source would answer for
    this artist changes ('' where it cannot tell): work that is done for one version is not done for the next.
    """

    name: str
    ids: tuple[ExternalId, ...]
    score: int = 100
    popularity: int | None = None
    image_url: str | None = None
    aliases: tuple[str, ...] = ()
    disambiguation: str = ""
    url: str | None = None
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumFact:
    """Anything published with tracks. release_date is ISO text of any precision: 2019, 2019-05 or 2019-05-17.

    edition is the id of the release whose tracks stand for the album, where a source knows several; edition_rank
    sorts editions, smallest best.
    """

    name: str
    ids: tuple[ExternalId, ...]
    release_date: str | None = None
    kind: str = "album"
    cover_url: str | None = None
    url: str | None = None
    edition: str | None = None
    edition_rank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFact:
    """One track of an album. isrcs are as the source wrote them; duration is in milliseconds.

    ids name the track, recording_ids the performance it carries. artists are the credited artists in order.
    """

    name: str
    ids: tuple[ExternalId, ...]
    recording_ids: tuple[ExternalId, ...] = ()
    isrcs: tuple[str, ...] = ()
    duration_ms: int | None = None
    disc: int = 1
    position: int | None = None
    artists: tuple[str, ...] = ()
    url: str | None = None


Fact = TypeVar("Fact", ArtistFact, AlbumFact, TrackFact)


@dataclass(frozen=True, slots=True)
class Page(Generic[Fact]):
    """Some of a source's answer. next_offset is what to ask for next, None when this was the last page."""

    items: tuple[Fact, ...]
    next_offset: int | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a source said that could not be used, or that contradicts itself; kept for people to read.

    kind is a short word of ours (``unknown_person``, ``unusable_row``, ``isrc_conflict``), record where it stands
    in the source (a line, an id), detail the sentence to show.
    """

    source: str
    record: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistRef:
    """An artist of ours."""

    id: UUID
    name: str
    ids: tuple[ExternalId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumRef:
    """An album of ours with its artist. edition as in AlbumFact."""

    id: UUID
    name: str
    artist: ArtistRef
    ids: tuple[ExternalId, ...] = ()
    edition: str | None = None
    release_date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRef:
    """A track of ours with the recording it carries."""

    id: UUID
    name: str
    recording_id: UUID
    ids: tuple[ExternalId, ...] = ()
    recording_ids: tuple[ExternalId, ...] = field(default=())
    isrc: str | None = None
    duration_ms: int | None = None
    version_class: str = "original"
