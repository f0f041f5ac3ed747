"""What a stage wants stored, as the store's SQL functions take it (`functions/linernotes/store_*.sql`).

A row names the thing it is about by a *key*: kind, scheme and value of its most telling id. Messages that a stage
sends on name things by the same key, because a new thing has no id of ours before it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from linernotes.model.catalogue import ExternalId

Key = tuple[str, str, str]
"""Kind of thing (artist, album, track, producer), scheme and value of an id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistRow:
    """For store_artists."""

    ids: tuple[ExternalId, ...]
    name: str
    popularity: int | None = None
    image_url: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return ("artist", self.ids[0].scheme, self.ids[0].value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumRow:
    """For store_albums. release_date is ISO text of any precision."""

    ids: tuple[ExternalId, ...]
    name: str
    artist_id: UUID
    release_date: str | None = None
    cover_url: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return ("album", self.ids[0].scheme, self.ids[0].value)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRow:
    """For store_tracks. isrc is valid or None; raw_isrc is what the source wrote when it is not."""

    ids: tuple[ExternalId, ...]
    recording_ids: tuple[ExternalId, ...]
    album_id: UUID
    name: str
    title_key: str
    artist_key: str
    version_class: str
    source: str
    record: str
    remixer_key: str = ""
    isrc: str | None = None
    raw_isrc: str | None = None
    duration_ms: int | None = None
    disc: int = 1
    position: int | None = None
    artists: tuple[str, ...] = ()
    url: str | None = None

    @property
    def key(self) -> Key:
        return ("track", self.ids[0].scheme, self.ids[0].value)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """One name of a person with the keys it is found by."""

    name: str
    name_key: str
    search_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """For resolve_producers."""

    name: str
    name_key: str
    search_key: str
    ids: tuple[ExternalId, ...] = ()
    kind: str | None = None
    aliases: tuple[NameRow, ...] = ()

    @property
    def key(self) -> Key:
        if self.ids:
            return ("producer", self.ids[0].scheme, self.ids[0].value)
        return ("producer", "name", self.name_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRow:
    """That a source was asked about a track's recording, and how many claims it made."""

    recording_id: UUID
    track_id: UUID
    source: str
    claims: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """For store_claims: one claim in one role, with both factors of its confidence (C1, C2)."""

    recording_id: UUID
    track_id: UUID
    person: PersonRow
    role: str
    source: str
    record: str
    family: str
    scope: str
    raw_role: str
    credited_as: str
    by_name: bool
    url: str | None
    base: float
    match: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """Somebody in a group, by an id, with the first and the last day of it where they are known."""

    scheme: str
    value: str
    begin: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """For store_profiles: what one source knows of one producer."""

    producer_id: UUID
    source: str
    kind: str | None
    image_url: str | None
    ids: tuple[ExternalId, ...]
    links: tuple[Any, ...]
    aliases: tuple[NameRow, ...]
    members: tuple[MemberRow, ...]
    biography: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnenrichedRow:
    """For note_unenriched: a producer of whom no source knew anything."""

    producer_id: UUID


Row = ArtistRow | AlbumRow | TrackRow | LookupRow | ClaimRow | ProfileRow | UnenrichedRow
