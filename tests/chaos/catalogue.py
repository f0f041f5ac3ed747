"""What the crews work on: an invented catalogue of any size behind a real HTTP server, and poison."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linernotes.model.message import Queue
from linernotes.services.discovery import Start, send_starts
from tests.chaos.base import Base
from tests.chaos.hand import KILLS, RAISES
from tests.sources.mock_musicbrainz import World, small_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many artists, each with how many albums of how many tracks."""

    artists: int
    albums: int
    tracks: int

    @property
    def messages(self) -> int:
        """How many messages it takes up to all credits: artists, their album pages, albums, tracks."""
        return self.artists * (2 + self.albums * (1 + self.tracks))


FULL = Size(artists=50, albums=8, tracks=12)
SMALL = Size(artists=6, albums=3, tracks=8)


def names(size: Size) -> list[str]:
    """The artists of a world."""
    return [f"Band {n}" for n in range(1, size.artists + 1)]


def world_of(size: Size) -> World:
    """A world in which the same people made the music of all artists, so that everybody's writes meet."""
    world = World()
    for name in names(size):
        one = small_world(name, albums=size.albums, tracks=size.tracks, editions=1)
        world.artists |= one.artists
        world.releases |= one.releases
    codes = [
        isrc
        for r in world.releases.values()
        for m in r["media"]
        for t in m["tracks"]
        for isrc in t["recording"]["isrcs"]
    ]
    assert len(set(codes)) == len(codes), "two recordings of one code would become one"
    return world


def send_artists(base: Base, size: Size) -> int:
    """Ask for every artist; how many messages went out."""
    with base.open() as db:
        return send_starts(
            db, [Start(key=f"artist:{n}", body={"artistName": n, "source": "musicbrainz"}) for n in names(size)]
        )


def send_poison(base: Base, *, killing: int, raising: int, choose: random.Random) -> int:
    """Put deadly and raising messages on all queues; every other raising one is a real message without sense."""
    queues = list(Queue)
    sent = 0
    for number in range(killing + raising):
        kind = KILLS if number < killing else RAISES
        body: dict[str, Any] = {"source": "musicbrainz", "name": f"poison {number}"}
        if kind == KILLS or number % 2:
            body |= {"artistName": f"poison {number}", "poison": kind}
            body |= {field: str(UUID(int=choose.getrandbits(128))) for field in ("artistId", "albumId", "trackId")}
            body |= {"producerId": str(UUID(int=choose.getrandbits(128)))}
        else:
            body |= {"poison": "senseless", "artistId": "no id", "offset": -1}
        sent += base.send(queues[number % len(queues)], [{"key": f"poison:{number}", "body": body}])
    return sent
