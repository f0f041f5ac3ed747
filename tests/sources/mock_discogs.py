"""A small invented Discogs over real HTTP: releases, masters with versions, artists and search, with its limits.

It counts requests in a moving minute of its own clock, says so in its headers, and refuses with 429 when there were
too many; a search without a token is refused with 401.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.sources.mock_server import Asked, MockServer, Reply, json_reply

Object = dict[str, Any]
TOKEN = "invented-discogs-token"
WINDOW = 60.0


def person(number: int, name: str, role: str = "", tracks: str = "", anv: str = "", join: str = "") -> Object:
    """Somebody as they stand in credits."""
    return {"id": number, "name": name, "anv": anv, "join": join, "role": role, "tracks": tracks}


def track(position: str, title: str, duration: str = "", *credits: Object, **more: Any) -> Object:
    """A line of a track list."""
    credited = {"extraartists": list(credits)} if credits else {}
    return {"position": position, "type_": "track", "title": title, "duration": duration, **credited, **more}


def heading(title: str) -> Object:
    """A line that is no track."""
    return {"position": "", "type_": "heading", "title": title, "duration": ""}


def index(title: str, *parts: Object, credits: tuple[Object, ...] = (), **more: Any) -> Object:
    """A line that stands for its parts."""
    line = {"position": "", "type_": "index", "title": title, "duration": "", "sub_tracks": list(parts), **more}
    return {**line, "extraartists": list(credits)} if credits else line


def release(
    number: int, title: str, artists: list[Object], tracks: list[Object], *credits: Object, **more: Any
) -> Object:
    """A release as the service answers it."""
    return {
        "id": number,
        "status": "Accepted",
        "title": title,
        "year": 1999,
        "released": "1999-03-00",
        "country": "Sweden",
        "artists": artists,
        "extraartists": list(credits),
        "tracklist": tracks,
        "formats": [{"name": "CD", "qty": "1", "descriptions": ["Album"]}],
        "labels": [{"name": "Big Label", "catno": "BL 1", "id": 5}],
        "uri": f"https://www.discogs.com/release/{number}",
        **more,
    }


@dataclass
class Archive:
    """What this Discogs knows. masters leads from a master to its main release."""

    releases: dict[int, Object] = field(default_factory=dict)
    masters: dict[int, int] = field(default_factory=dict)
    artists: dict[int, Object] = field(default_factory=dict)

    def add(self, new: Object, *, main: bool = False) -> Object:
        self.releases[new["id"]] = new
        if main:
            self.masters[new["master_id"]] = new["id"]
        return new


def small_archive() -> Archive:
    """An album on vinyl and on CD, whose credits differ, and what a search finds beside it."""
    archive = Archive()
    ada, bo, max_ = person(11, "Ada Lind (2)"), 21, 22
    songs = [("Glass", "3:41"), ("Hush", "4:02"), ("Ice", "2:50")]
    vinyl = [track(p, t, d) for p, (t, d) in zip(("A1", "A2", "B1"), songs, strict=True)]
    disc = [track(str(n), t, d) for n, (t, d) in enumerate(songs, start=1)]
    archive.add(
        release(
            100, "Northern Windows", [ada], vinyl, person(max_, "Max Master", "Mastered By"),
            person(bo, "Bo Beat", "Producer", tracks="A2 to B1", anv="B. Beat"), master_id=500,
        ),
        main=True,
    )  # fmt: skip
    archive.add(
        release(
            101, "Northern Windows", [ada], disc, person(23, "Cy Desk", "Producer, Mixed By", tracks="1"),
            person(bo, "Bo Beat", "Written-By", tracks="1 to 9"), master_id=500,
        )
    )  # fmt: skip
    archive.add(release(90, "Northern Windows", [person(12, "Ada Lindqvist")], disc))
    archive.add(release(91, "Northern Windows Remixes", [ada], [track("A", "Glass (Night Owl Remix)", "7:00")]))
    archive.add(release(92, "Northern Windows", [ada], [track("1", "A Talk With Ada Lind", "55:00")]))
    archive.artists[bo] = {
        "id": bo, "name": "Bo Beat (3)", "realname": "Bo Bertil Svensson", "profile": "",
        "urls": ["https://www.instagram.com/Bo.Beat/", "http://www.bobeat.example.com/", "https://en.wikipedia.org/wiki/Bo",
                 "http://label.example.org/artists", ""],
        "namevariations": ["B. Beat", "Beat"], "aliases": [{"id": 24, "name": "Owl (9)"}],
        "groups": [{"id": 25, "name": "Beat & Desk"}],
    }  # fmt: skip
    archive.artists[25] = {
        "id": 25, "name": "Beat & Desk", "realname": "Bo Svensson & Cy Desk", "urls": [], "namevariations": [],
        "members": [{"id": bo, "name": "Bo Beat (3)", "active": True}, {"id": 23, "name": "Cy Desk"}],
    }  # fmt: skip
    return archive


def serve(archive: Archive, clock: Callable[[], float] = time.monotonic, *, page: int = 100) -> MockServer:
    """The service over an archive; its base address is the server's. page is the longest page it gives."""
    return MockServer(Service(archive, clock, page).answer)


class Service:
    """Answers requests and counts them."""

    def __init__(self, archive: Archive, clock: Callable[[], float], page: int) -> None:
        self._archive = archive
        self._clock = clock
        self._page = page
        self._asked: deque[float] = deque()

    def answer(self, asked: Asked) -> Reply:
        """What the service says to a request."""
        token = asked.headers.get("authorization", "")
        limit = 60 if token else 25
        now = self._clock()
        while self._asked and self._asked[0] <= now - WINDOW:
            self._asked.popleft()
        self._asked.append(now)
        used = len(self._asked)
        limits = {
            "X_Discogs_Ratelimit": str(limit),
            "X_Discogs_Ratelimit_Used": str(used),
            "X_Discogs_Ratelimit_Remaining": str(max(0, limit - used)),
        }
        if used > limit:
            return json_reply({"message": "You are making requests too quickly."}, 429, **limits)
        if not asked.headers.get("user-agent", "").startswith("linernotes/"):
            return json_reply({"message": "Please send a User-Agent."}, 403, **limits)
        if token and token != f"Discogs token={TOKEN}":
            return json_reply({"message": "Invalid consumer token. Please register an app."}, 401, **limits)
        body, status = self._body(asked, bool(token))
        return json_reply(body, status, **limits)

    def _body(self, asked: Asked, known: bool) -> tuple[Object, int]:
        match asked.path.strip("/").split("/"):
            case ["releases", number] if int(number) in self._archive.releases:
                return self._archive.releases[int(number)], 200
            case ["masters", number] if int(number) in self._archive.masters:
                main = self._archive.masters[int(number)]
                return {"id": int(number), "main_release": main, "title": self._archive.releases[main]["title"]}, 200
            case ["masters", number, "versions"]:
                own = [r for r in self._archive.releases.values() if r.get("master_id") == int(number)]
                listed = [{"id": r["id"], "title": r["title"], "status": "Accepted", "format": "CD"} for r in own]
                return self._listed("versions", listed, asked), 200
            case ["artists", number] if int(number) in self._archive.artists:
                return self._archive.artists[int(number)], 200
            case ["database", "search"]:
                if not known:
                    return {"message": "You must authenticate to access this resource."}, 401
                return self._listed("results", self._found(asked), asked), 200
            case [kind, *_]:
                return {"message": f"{kind.removesuffix('s').capitalize()} not found."}, 404
        return {"message": "The requested resource was not found."}, 404

    def _found(self, asked: Asked) -> list[Object]:
        """Releases that share a word with the artist and one with the title, oldest number first."""
        artist, title = (set(asked.params.get(k, "").casefold().split()) for k in ("artist", "release_title"))
        found = []
        for number, one in sorted(self._archive.releases.items()):
            credited = one["artists"][0]["name"]
            if artist & set(credited.casefold().split()) and title & set(one["title"].casefold().split()):
                found.append(
                    {"id": number, "type": "release", "title": f"{credited} - {one['title']}", "year": "1999"}
                )
        return found

    def _listed(self, key: str, items: list[Object], asked: Asked) -> Object:
        size = min(int(asked.params.get("per_page", 50)), self._page)
        page = int(asked.params.get("page", 1))
        pages = max(1, -(-len(items) // size))
        counted = {"page": page, "pages": pages, "per_page": size, "items": len(items), "urls": {}}
        return {"pagination": counted, key: items[(page - 1) * size : page * size]}
