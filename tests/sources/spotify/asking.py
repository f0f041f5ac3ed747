"""Asking Spotify's stand-in as the stages do, and what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackFact
from linernotes.model.source import Catalogue
from tests.sources.mock_server import MockServer
from tests.sources.mock_spotify import number

Open = Callable[..., Catalogue]


def asked(server: MockServer) -> list[str]:
    """What the API was asked for, without tokens."""
    return [a.path.removeprefix("/v1/") for a in server.asked if a.path != "/api/token"]


def tokens(server: MockServer) -> int:
    return sum(a.path == "/api/token" for a in server.asked)


def artist(name: str = "Ada Lind") -> ArtistRef:
    return ArtistRef(id=uuid4(), name=name, ids=(ExternalId("spotify", number("artist", name)),))


def album(title: str) -> AlbumRef:
    known = ExternalId("spotify", number("album", title))
    return AlbumRef(id=uuid4(), name=title, artist=artist(), ids=(known,))


async def discovered(source: Catalogue, name: str = "Ada Lind") -> list[TrackFact]:
    """From a name to all tracks, as the stages do it: first all pages of albums, then the tracks."""
    fact = (await source.artists(name))[0]
    ref = ArtistRef(id=uuid4(), name=fact.name, ids=fact.ids)
    albums = []
    offset: int | None = 0
    while offset is not None:
        page = await source.albums(ref, offset)
        albums += page.items
        offset = page.next_offset
    found: list[TrackFact] = []
    for one in albums:
        begin: int | None = 0
        while begin is not None:
            part = await source.tracks(AlbumRef(id=uuid4(), name=one.name, artist=ref, ids=one.ids), begin)
            found += part.items
            begin = part.next_offset
    return found
