"""A small invented Spotify over real HTTP: the albums of an invented MusicBrainz world, behind an id and secret.

Both quota modes keep their documented rules: in Development Mode no list is longer than ten, several things cannot
be asked for at once, and fields are missing. The token service and the API are one server; `App` says how it behaves.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.sources.mock_musicbrainz import World
from tests.sources.mock_server import Asked, MockServer, Reply, json_reply, text_reply

Object = dict[str, Any]

CLIENT_ID, SECRET = "app-of-the-tests", "not-a-real-secret"
EMBEDDED = 50
PREMIUM = "Active premium subscription required for the owner of the app. See the developer page."


def number(kind: str, name: str) -> str:
    """The id of an invented thing: 22 letters and digits."""
    return hashlib.sha256(f"{kind} {name}".encode()).hexdigest()[:22]


def refusal(status: int, message: str, **more: str) -> Reply:
    """An error as the API words it."""
    return json_reply({"error": {"status": status, "message": message, **more}}, status)


def too_many(seconds: int) -> Reply:
    """Over the limit: no body, and a wait."""
    return Reply(status=429, headers={"Retry-After": str(seconds)})


QUOTA_EXCEEDED = refusal(429, "Too many requests", reason="QUOTA_EXCEEDED")


@dataclass
class App:
    """The app that asks. tokens are those given out; those in expired are no longer accepted, which happened so
    often as refused says."""

    extended: bool = False
    premium: bool = True
    lifetime: int = 3600
    tokens: list[str] = field(default_factory=list)
    expired: set[str] = field(default_factory=set)
    refused: int = 0


class Spotify:
    """What this Spotify knows."""

    def __init__(self, world: World, app: App) -> None:
        self.app = app
        self.artists: dict[str, Object] = {}
        self.albums: dict[str, Object] = {}
        self.tracks: dict[str, Object] = {}
        self.of_artist: dict[str, list[str]] = {}
        for artist in world.artists.values():
            self._add(world, artist)

    def _add(self, world: World, artist: Object) -> None:
        own = number("artist", artist["name"])
        inside = {"id": own, "name": artist["name"], "type": "artist"}
        self.artists[own] = {**inside, "external_urls": {"spotify": f"https://open.spotify.com/artist/{own}"}}
        if self.app.extended:
            self.artists[own] |= {"popularity": 61, "followers": {"total": 5}, "genres": []}
        titles: dict[str, Object] = {}
        for release in sorted(world.of_artist(artist["id"]), key=lambda r: str(r["date"]), reverse=True):
            titles[release["title"]] = release
        self.of_artist[own] = [self._album(inside, release) for release in titles.values()]

    def _album(self, artist: Object, release: Object) -> str:
        album = number("album", release["title"])
        listed = []
        for medium in release["media"]:
            for t in medium["tracks"]:
                track = {
                    "id": number("track", f"{release['title']}/{t['title']}"),
                    "name": t["title"],
                    "disc_number": medium["position"],
                    "track_number": t["position"],
                    "duration_ms": t["length"],
                    "explicit": False,
                    "artists": [artist],
                }
                isrc = {"isrc": t["recording"]["isrcs"][0]}
                self.tracks[track["id"]] = {**track, "album": {"id": album}, "external_ids": isrc}
                listed.append(track)
        kind = release["release-group"]["primary-type"].lower()
        self.albums[album] = {
            "id": album,
            "name": release["title"],
            "album_type": kind if kind in ("single", "compilation") else "album",
            "total_tracks": len(listed),
            "release_date": release["date"],
            "release_date_precision": ["year", "month", "day"][release["date"].count("-")],
            "artists": [artist],
            "images": [{"url": "https://i.example.com/1", "width": 640, "height": 640}],
            "external_ids": {"upc": "1"},
            "external_urls": {"spotify": f"https://open.spotify.com/album/{album}"},
            "tracks": listed,
        }
        if self.app.extended:
            self.albums[album] |= {"album_group": "album", "label": "Label", "popularity": 3}
        return album

    def answer(self, asked: Asked) -> Reply:
        """What Spotify says to a request."""
        if asked.path == "/api/token":
            return self._token(asked)
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.app.tokens or token in self.app.expired:
            self.app.refused += 1
            said = refusal(401, "The access token expired" if token in self.app.expired else "Invalid access token")
            wants = {"WWW-Authenticate": 'Bearer realm="spotify", error="invalid_token"'}
            return replace(said, headers={**said.headers, **wants})
        if not self.app.premium:
            return text_reply(PREMIUM, 403, "text/plain")
        path = asked.path.removeprefix("/v1/").split("/")
        if asked.params.get("market") != "US":
            return refusal(404, "Not available")
        if "ids" in asked.params and len(path) == 1:
            return self._several(path[0], asked.params["ids"].split(","))
        limit, longest = int(asked.params.get("limit", 5)), 50 if self.app.extended else 10
        if limit > (50 if path[-1] == "tracks" else longest):
            return refusal(400, "Invalid limit")
        return self._one(path, asked, limit)

    def _token(self, asked: Asked) -> Reply:
        pair = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        if asked.method != "POST" or asked.form.get("grant_type") != "client_credentials":
            return json_reply({"error": "unsupported_grant_type"}, 400)
        if asked.headers.get("authorization") != f"Basic {pair}":
            return json_reply({"error": "invalid_client", "error_description": "Invalid client secret"}, 400)
        self.app.tokens.append(f"token-{len(self.app.tokens)}")
        return json_reply(
            {"access_token": self.app.tokens[-1], "token_type": "Bearer", "expires_in": self.app.lifetime}
        )

    def _several(self, what: str, ids: list[str]) -> Reply:
        if not self.app.extended:
            return refusal(403, "Forbidden")
        known: dict[str, tuple[int, Callable[[str], Object | None]]] = {
            "albums": (20, self._whole),
            "tracks": (50, self.tracks.get),
        }
        most, find = known[what]
        return json_reply({what: [find(i) for i in ids]}) if len(ids) <= most else refusal(400, "Too many ids")

    def _whole(self, album: str) -> Object | None:
        found = self.albums.get(album)
        if found is None:
            return None
        page = _page(found["tracks"], EMBEDDED, 0, f"/v1/albums/{album}/tracks")
        return {**found, "tracks": page}

    def _one(self, path: list[str], asked: Asked, limit: int) -> Reply:
        offset = int(asked.params.get("offset", 0))
        match path:
            case ["search"] if asked.params.get("type") == "artist":
                wanted = asked.params["q"].casefold()
                found = [a for a in self.artists.values() if wanted in a["name"].casefold()]
                return json_reply({"artists": _page(found, limit, offset, asked.path)})
            case ["artists", own] if own in self.artists:
                return json_reply(self.artists[own])
            case ["artists", own, "albums"] if own in self.of_artist:
                listed = [{k: v for k, v in self.albums[a].items() if k != "tracks"} for a in self.of_artist[own]]
                return json_reply(_page(listed, limit, offset, asked.path))
            case ["albums", own] if own in self.albums:
                return json_reply(self._whole(own))
            case ["albums", own, "tracks"] if own in self.albums:
                return json_reply(_page(self.albums[own]["tracks"], limit, offset, asked.path))
            case ["tracks", own] if own in self.tracks:
                return json_reply(self.tracks[own])
            case _:
                return refusal(404, "non existing id")


def _page(things: list[Object], limit: int, offset: int, path: str) -> Object:
    following = offset + limit
    address = f"https://api.spotify.com{path}?offset={following}&limit={limit}&market=US"
    return {
        "items": things[offset:following],
        "limit": limit,
        "offset": offset,
        "total": len(things),
        "next": address if following < len(things) else None,
        "previous": None,
    }


def serve(world: World, app: App) -> MockServer:
    """Spotify over a world; the API is at `mock.url + '/v1'`, the token service at `mock.url`."""
    return MockServer(Spotify(world, app).answer)
