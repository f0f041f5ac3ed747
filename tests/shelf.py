"""A source in memory for tests of the stages, and a registry that knows no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from linernotes.model.catalogue import (
    AlbumFact,
    AlbumRef,
    ArtistFact,
    ArtistRef,
    ExternalId,
    Page,
    TrackFact,
    TrackRef,
)
from linernotes.model.claim import Claim, CreditAnswer, Level, Link, Match, Person, ProducerRef, Profile
from linernotes.model.source import Source

ADA = Person(name="Ada", ids=(ExternalId("test", "ada"),))


def ids(value: str) -> tuple[ExternalId, ...]:
    return (ExternalId("test", value),)


class Shelf:
    """A source in memory: albums by name with their tracks, and who produced what. Raises what it is told to."""

    def __init__(self) -> None:
        self.pages: list[list[AlbumFact]] = [[AlbumFact(name="Album", ids=ids("album"))]]
        self.songs: dict[str, list[str]] = {"Album": ["One", "Two"]}
        self.made: dict[str, tuple[Person, ...]] = {"One": (ADA,), "Two": (ADA,)}
        self.raises: dict[str, Exception] = {}
        self.asked: list[str] = []
        self.texts: tuple[str, ...] = ("producer",)

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        self._ask("artists", name)
        return [ArtistFact(name="Artist", ids=ids("artist"))] if name == "Artist" else []

    async def everyone(self) -> Sequence[ArtistFact]:
        return await self.artists("Artist")

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        self._ask("albums", str(offset))
        following = offset + 1 if offset + 1 < len(self.pages) else None
        return Page(tuple(self.pages[offset]), following)

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        self._ask("tracks", album.name)
        songs = self.songs[album.name]
        facts = tuple(TrackFact(name=s, ids=ids(f"{album.name}/{s}"), position=n) for n, s in enumerate(songs, 1))
        return Page(facts[offset : offset + 2], offset + 2 if offset + 2 < len(facts) else None)

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        self._ask("credits", album.name)
        return CreditAnswer(
            claims={
                t.id: tuple(
                    Claim(person=p, raw_role=text, level=Level.RECORDING, match=Match.SHARED_ID, record=t.name)
                    for p in self.made[t.name]
                    for text in self.texts
                )
                for t in tracks
                if t.name in self.made
            }
        )

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        self._ask("profiles", ",".join(p.name for p in producers))
        link = Link(kind="homepage", value="a.example", url="https://a.example", source_url="x", source_record_id="1")
        return {p.id: Profile(links=(link,)) for p in producers}

    def _ask(self, what: str, about: str) -> None:
        self.asked.append(f"{what} {about}")
        if (error := self.raises.get(what)) is not None:
            raise error


class Only:
    """A registry of one source, which is the catalogue, names credits and has profiles."""

    def __init__(self, shelf: Any) -> None:
        self.source = Source(
            name="test",
            family="musicbrainz",
            locator="test",
            fresh_for=timedelta(days=7),
            catalogue=shelf,
            credits=shelf,
            profiles=shelf,
            profile_schemes=frozenset({"test"}),
        )

    def catalogue(self, locator: str) -> Source:
        return self.source

    def credits(self, locator: str) -> Sequence[Source]:
        return [self.source]

    def profiles(self, locator: str) -> Sequence[Source]:
        return [self.source]
