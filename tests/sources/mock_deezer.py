"""A small invented Deezer over real HTTP: the albums of an invented MusicBrainz world, in Deezer's shapes.

Its errors come with status 200, its pages by `next`, its tracks' durations in seconds; fifty requests in five
seconds are allowed. Albums are those of the world's first editions, tracks have the ISRCs of their recordings.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from tests.sources.mock_musicbrainz import World, mbid
from tests.sources.mock_server import Asked, MockServer, Reply, json_reply

Object = dict[str, Any]

ALLOWED, SPAN = 50, 5.0


def number(kind: str, name: str) -> int:
    """The id of an invented thing."""
    return int(mbid(f"deezer {kind}", name)[:8], 16) % 100_000_000 + 1


def error(kind: str, message: str, code: int) -> Reply:
    """An error as Deezer sends it: with status 200."""
    return json_reply({"error": {"type": kind, "message": message, "code": code}})


NO_DATA = error("DataException", "no data", 800)
QUOTA = error("Exception", "Quota limit exceeded", 4)


class Deezer:
    """What this Deezer knows, and how often it was asked lately."""

    def __init__(self, world: World, now: Callable[[], float] | None = None) -> None:
        """now is the time in seconds by which it counts, where that is not the time of arrival."""
        self._now = now
        self.artists: dict[int, Object] = {}
        self.albums: dict[int, list[Object]] = {}
        self.tracks: dict[int, list[Object]] = {}
        self._lately: deque[float] = deque()
        for artist in world.artists.values():
            self._add(world, artist)

    def _add(self, world: World, artist: Object) -> None:
        own = number("artist", artist["name"])
        groups: dict[str, Object] = {}
        for release in world.of_artist(artist["id"]):
            group = release["release-group"]["id"]
            if group not in groups or release["date"] < groups[group]["date"]:
                groups[group] = release
        self.albums[own] = [self._album(artist, release) for release in groups.values()]
        self.artists[own] = {
            "id": own,
            "name": artist["name"],
            "link": f"https://www.deezer.com/artist/{own}",
            "picture_medium": "https://e-cdns-images.example.com/images/artist//250x250-000000-80-0-0.jpg",
            "nb_album": len(groups),
            "nb_fan": 1000,
            "type": "artist",
        }

    def _album(self, artist: Object, release: Object) -> Object:
        album = number("album", release["title"])
        self.tracks[album] = [
            {
                "id": number("track", f"{release['title']}/{t['title']}"),
                "readable": True,
                "title": t["title"],
                "isrc": t["recording"]["isrcs"][0],
                "link": "https://www.deezer.com/track/1",
                "duration": t["length"] // 1000,
                "track_position": t["position"],
                "disk_number": medium["position"],
                "rank": 1,
                "artist": {"id": number("artist", artist["name"]), "name": artist["name"], "type": "artist"},
                "type": "track",
            }
            for medium in release["media"]
            for t in medium["tracks"]
        ]
        return {
            "id": album,
            "title": release["title"],
            "link": f"https://www.deezer.com/album/{album}",
            "cover_medium": f"https://e-cdns-images.example.com/images/cover/{album}/250x250-000000-80-0-0.jpg",
            "release_date": release["date"],
            "record_type": release["release-group"]["primary-type"].lower(),
            "type": "album",
        }

    def answer(self, asked: Asked) -> Reply:
        """What Deezer says to a request."""
        at = self._now() if self._now is not None else asked.at
        while self._lately and self._lately[0] <= at - SPAN:
            self._lately.popleft()
        self._lately.append(at)
        if len(self._lately) > ALLOWED:
            return QUOTA
        match asked.path.strip("/").split("/"):
            case ["search", "artist"]:
                wanted = asked.params.get("q", "").casefold()
                return _page(asked, [a for a in self.artists.values() if wanted in a["name"].casefold()])
            case ["artist", own]:
                known = {str(a["id"]): a for a in self.artists.values()}
                return json_reply(known[own]) if own in known else NO_DATA
            case ["artist", own, "albums"]:
                return _page(asked, self.albums.get(int(own)))
            case ["album", own, "tracks"]:
                return _page(asked, self.tracks.get(int(own)))
            case _:
                return error("InvalidQueryException", "Unknown path components", 600)


def _page(asked: Asked, things: list[Object] | None) -> Reply:
    if things is None:
        return NO_DATA
    index, limit = int(asked.params.get("index", 0)), int(asked.params.get("limit", 25))
    if limit > 100:
        return error("Exception", "The limit of items was exceeded", 100)
    page: Object = {"data": things[index : index + limit], "total": len(things)}
    if index + limit < len(things):
        page["next"] = f"https://api.deezer.com{asked.path}?limit={limit}&index={index + limit}"
    return json_reply(page)


def serve(world: World, now: Callable[[], float] | None = None) -> MockServer:
    """Deezer over a world; its base address is `mock.url`."""
    return MockServer(Deezer(world, now).answer)
