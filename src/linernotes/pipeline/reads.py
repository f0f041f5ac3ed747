"""What stages may read of ours while they gather; the database's store answers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackRef
from linernotes.model.claim import ProducerRef


class TrackInHand(Protocol):
    """A track that a message is about, and the album it stands on."""

    @property
    def track(self) -> TrackRef: ...

    @property
    def album_id(self) -> UUID: ...


class Reads(Protocol):
    """Each call is one or two statements, whatever the number of ids; what does not exist is left out."""

    async def artists(self, ids: Iterable[UUID]) -> Mapping[UUID, ArtistRef]: ...

    async def albums(self, ids: Iterable[UUID]) -> Mapping[UUID, AlbumRef]: ...

    async def albums_of(
        self, artist_id: UUID, source: str, *, unread: bool = False
    ) -> Sequence[tuple[UUID, str]]: ...

    async def albums_read(self, artist_id: UUID) -> Collection[ExternalId]: ...

    async def tracks(self, ids: Iterable[UUID]) -> Mapping[UUID, TrackInHand]: ...

    async def producers(self, ids: Iterable[UUID]) -> Mapping[UUID, ProducerRef]: ...
