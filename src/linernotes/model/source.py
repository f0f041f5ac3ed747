"""What a source can do. The stages know sources by these protocols only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from linernotes.model.catalogue import AlbumFact, AlbumRef, ArtistFact, ArtistRef, Page, TrackFact, TrackRef
from linernotes.model.claim import CreditAnswer, ProducerRef, Profile


class Catalogue(Protocol):
    """Knows artists, their albums and their tracks."""

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        """Candidates for a name, the source's best first; empty when it knows none."""
        ...

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        """One page of the artist's own albums, EPs and singles (rule I7), from an offset that a page named."""
        ...

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        """One page of an album's tracks."""
        ...

    async def everyone(self) -> Sequence[ArtistFact]:
        """All its artists. Raises UsageError where a source cannot list them."""
        ...


class Credits(Protocol):
    """Knows who made recordings."""

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """What it claims about these tracks of one album: one question for all of them where it can."""
        ...


LookAhead = Callable[[Sequence[tuple[AlbumRef, Sequence[TrackRef]]]], Awaitable[None]]
"""Told of all albums in hand before `credits` is asked for each, so that one call can answer for several of them.
It is a help only: credits must be right without it, and a failure of it is told again by the credits."""


class Profiles(Protocol):
    """Knows where people can be found, by their ids."""

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """By our id, what it knows of those it knows; never guessed from a name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place where facts come from.

    name stands in every claim and link it gives (``musicbrainz``, ``file:list.csv``); family groups sources whose
    claims are not independent of each other (C3); locator is how messages and ``--from`` name it
    (``file:/home/me/list.csv``); fresh_for is how long what it said counts as current.
    """

    name: str
    family: str
    locator: str
    fresh_for: timedelta | None
    catalogue: Catalogue | None = None
    credits: Credits | None = None
    look_ahead: LookAhead | None = None
    profiles: Profiles | None = None
    profile_schemes: frozenset[str] = frozenset()
    """The schemes of ids by which it knows people; nobody without one of them is asked for."""
    handle_kinds: frozenset[str] = frozenset()
    """The kinds of links by whose handle it knows people, as if by an id: it is asked after the other sources."""


class Sources(Protocol):
    """The sources that take part in this process."""

    def catalogue(self, locator: str) -> Source:
        """The catalogue source that a message names. Raises SettingsError or UsageError when it cannot be opened."""
        ...

    def credits(self, locator: str) -> Sequence[Source]:
        """Every credit source that is on, the one named first when it has credits."""
        ...

    def profiles(self, locator: str) -> Sequence[Source]:
        """Every profile source that is on, the one named included when it has profiles."""
        ...
