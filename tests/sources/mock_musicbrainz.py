"""A small invented MusicBrainz over real HTTP: the documented shapes, rules and refusals, on an invented catalogue.

`World` makes artists, albums in several editions, recordings and the people behind them, consistently: every id is
derived from its name, so two worlds of one size are equal. `serve(world)` answers for it as the web service does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.sources.mock_server import Asked, MockServer, Reply, json_reply

Object = dict[str, Any]

UNKNOWN = {"id": "125ec42a-7229-4250-afc5-e057484327fe", "name": "[unknown]", "sort-name": "[unknown]", "type": None}
TRADITIONAL = {"id": "9be7f096-97ec-4615-8957-8d40b5dcbc41", "name": "[traditional]", "type": None}
VARIOUS_ARTISTS = {"id": "89ad4ac3-39f7-470e-963a-56509c546377", "name": "Various Artists", "type": "Other"}

TYPE_IDS = {
    ("recording", "producer"): "5c0ceac3-feb4-41f0-868d-dc06f6e27fc0",
    ("recording", "engineer"): "5dcc52af-7064-4051-8d62-7d80f4c3c907",
    ("recording", "mix"): "3e3102e1-1896-4f50-b5b2-dd9824e46efe",
    ("recording", "instrument"): "59054b12-01ac-43ee-a618-285fd397e461",
    ("recording", "vocal"): "0fdbe3c6-7700-4a31-ae54-b53f06ae1cfa",
    ("recording", "performance"): "a3005666-a872-32c3-ad06-98af558e99b0",
    ("release", "producer"): "8bf377ba-8d71-4ecc-97f2-7bb2d8a2a75f",
    ("release", "mastering"): "84453d28-c3e8-4864-9aae-25aa968bcf9e",
    ("work", "composer"): "d59d99ea-23d4-4a80-b066-edca32ee158f",
    ("work", "lyricist"): "3e48faba-ec01-47fd-8e89-30e81161661c",
    ("work", "writer"): "a255bca1-b157-4518-9108-7b147dc3fc68",
    ("artist", "social network"): "99429741-f3f6-484b-84f8-23af51991770",
    ("artist", "official homepage"): "fe33d22f-c3b0-4d68-bd53-a856badf2b15",
    ("artist", "discogs"): "04a5b104-a4c2-4bac-99a1-7b837c37d9e4",
    ("artist", "wikidata"): "689870a4-a1e4-4912-b17f-7b2664215698",
}


def mbid(kind: str, name: str) -> str:
    """The id of an invented thing."""
    return str(uuid5(NAMESPACE_URL, f"https://example.org/{kind}/{name}"))


def person(name: str, kind: str | None = "Person") -> Object:
    """An artist as it stands inside other answers."""
    return {"id": mbid("artist", name), "name": name, "sort-name": name, "disambiguation": "", "type": kind}


def relation(of: str, kind: str, artist: Object, *attributes: str, credited_as: str = "", **values: str) -> Object:
    """A relationship of a recording, release or work to an artist."""
    return {
        "type": kind,
        "type-id": TYPE_IDS.get((of, kind), mbid("type", f"{of} {kind}")),
        "target-type": "artist",
        "direction": "backward",
        "attributes": [*attributes, *values],
        "attribute-values": values,
        "attribute-ids": {},
        "begin": None,
        "end": None,
        "ended": False,
        "source-credit": "",
        "target-credit": credited_as,
        "artist": artist,
    }


def url_relation(kind: str, resource: str, *, ended: bool = False) -> Object:
    """A relationship of an artist to an address."""
    return {
        "type": kind,
        "type-id": TYPE_IDS.get(("artist", kind), mbid("type", f"url {kind}")),
        "target-type": "url",
        "direction": "forward",
        "attributes": [],
        "ended": ended,
        "url": {"id": mbid("url", resource), "resource": resource},
    }


def performance(title: str, *writers: Object, attributes: Iterable[str] = ()) -> Object:
    """A recording's relationship to the work it performs, with the work's writers."""
    return {
        "type": "performance",
        "type-id": TYPE_IDS["recording", "performance"],
        "target-type": "work",
        "direction": "forward",
        "attributes": list(attributes),
        "attribute-values": {},
        "work": {"id": mbid("work", title), "title": title, "iswcs": [], "relations": list(writers)},
    }


def recording(title: str, artist: Object, *relations: Object, length: int = 200_000, **more: Any) -> Object:
    """A recording with its credits."""
    return {
        "id": mbid("recording", title),
        "title": title,
        "length": length,
        "disambiguation": "",
        "video": False,
        "isrcs": [isrc(title)],
        "artist-credit": [{"name": artist["name"], "joinphrase": "", "artist": artist}],
        "relations": list(relations),
        **more,
    }


def isrc(title: str) -> str:
    """The standard code of an invented recording: its registrant and its number, from the title."""
    sign = mbid("isrc", title)
    return f"XX{sign[-3:].upper()}{int(sign[:8], 16) % 10_000_000:07d}"


def release(
    title: str,
    edition: str,
    artist: Object,
    recordings: Iterable[Object],
    *relations: Object,
    date: str = "2019-05-17",
    medium: str = "CD",
    kind: str = "Album",
    **more: Any,
) -> Object:
    """An edition of an album with all that a lookup can include."""
    tracks = [
        {
            "id": mbid("track", f"{title}/{edition}/{position}"),
            "number": str(position),
            "position": position,
            "title": r["title"],
            "length": r["length"],
            "artist-credit": r["artist-credit"],
            "recording": r,
        }
        for position, r in enumerate(recordings, start=1)
    ]
    return {
        "id": mbid("release", f"{title}/{edition}"),
        "title": title,
        "status": "Official",
        "date": date,
        "country": "XW",
        "artist-credit": [{"name": artist["name"], "joinphrase": "", "artist": artist}],
        "release-group": {
            "id": mbid("release-group", title),
            "title": title,
            "primary-type": kind,
            "secondary-types": [],
            "first-release-date": date,
        },
        "cover-art-archive": {"artwork": True, "count": 1, "front": True, "back": False, "darkened": False},
        "label-info": [],
        "relations": list(relations),
        "media": [{"position": 1, "format": medium, "track-count": len(tracks), "track-offset": 0, "tracks": tracks}],
        **more,
    }


@dataclass
class World:
    """What this MusicBrainz knows. merged leads from old ids to the surviving ones."""

    artists: dict[str, Object] = field(default_factory=dict)
    releases: dict[str, Object] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)

    def add_artist(self, name: str, *relations: Object, kind: str = "Person", **more: Any) -> Object:
        """Know an artist; returns it as it stands inside other answers."""
        inside = person(name, kind)
        self.artists[inside["id"]] = {**inside, "aliases": [], "isnis": [], "relations": list(relations), **more}
        return inside

    def add_release(self, new: Object) -> Object:
        """Know an edition."""
        self.releases[new["id"]] = new
        return new

    def of_artist(self, artist_mbid: str) -> list[Object]:
        """The editions of an artist, as a browse orders them."""
        own = [r for r in self.releases.values() if any(c["artist"]["id"] == artist_mbid for c in r["artist-credit"])]
        return sorted(own, key=lambda r: str(r["id"]))


def small_world(
    artist: str = "Ada Lind", *, albums: int = 10, tracks: int = 12, editions: int = 2, producers: int = 4
) -> World:
    """An artist with albums, and people with work-, recording- and release-level credits on them.

    Each track has one producer of `producers` on its recording, the first of an album a co-producer too; a writer on
    its work; a guitarist. The last album has its producer on the release only. The mastering of every album is on the
    release, with a photographer. Editions share their recordings: a CD first, then vinyl in later years.
    """
    world = World()
    star = world.add_artist(artist, aliases=[{"name": f"{artist} Band", "type": "Artist name"}])
    makers = [
        world.add_artist(
            f"Producer {n}",
            url_relation("social network", f"https://www.instagram.com/producer.{n}/"),
            url_relation("official homepage", f"http://www.producer{n}.example.com/"),
            url_relation("discogs", f"https://www.discogs.com/artist/{1000 + n}"),
        )
        for n in range(1, producers + 1)
    ]
    writer, engineer = world.add_artist("Wilma Words"), world.add_artist("Max Master")
    for a in range(1, albums + 1):
        title = f"{artist} {a}"
        whole = a == albums and albums > 1
        made = []
        for t in range(1, tracks + 1):
            song = f"{title} song {t}"
            credits = [relation("recording", "instrument", star, "guitar")]
            if not whole:
                credits.append(relation("recording", "producer", makers[(a + t) % producers]))
            if not whole and t == 1 and producers > 1:
                credits.append(relation("recording", "producer", makers[(a + t + 1) % producers], "co"))
            credits.append(performance(song, relation("work", "composer", writer)))
            made.append(recording(song, star, *credits, length=180_000 + 1000 * t))
        overall = [
            relation("release", "mastering", engineer, credited_as="M. Master"),
            relation("release", "photography", person("Petra Photo")),
        ]
        if whole:
            overall.append(relation("release", "producer", makers[0]))
        for e in range(editions):
            medium = "CD" if e == 0 else '12" Vinyl'
            world.add_release(
                release(title, str(e), star, made, *overall, date=f"{2000 + a + 10 * e}-03-01", medium=medium)
            )
    return world


# ---- the web service

_USER_AGENT = re.compile(r"^linernotes/\S+ \(.+\)$")
_RELATIONS = {"artist-rels", "url-rels", "work-rels", "recording-level-rels", "work-level-rels", "label-rels"}
_INC = {
    "url": {"artist-rels"},
    "artist": {"aliases", "tags"} | _RELATIONS,
    "release": {"artist-credits", "labels", "media", "recordings", "release-groups", "isrcs"} | _RELATIONS,
    "recording": {"artist-credits", "isrcs", "releases", "release-groups"} | _RELATIONS - {"recording-level-rels"},
}
RATE_EXCEEDED = "Your requests are exceeding the allowable rate limit. Please wait, then try again."
LOOKUP_LIMIT = 500


def refusal(status: int, why: str) -> Reply:
    """An error as the service words it."""
    return json_reply(
        {"error": why, "help": "For usage, please see: https://musicbrainz.org/development/mmd"}, status
    )


def serve(world: World) -> MockServer:
    """The web service over a world; its base address is `mock.url + '/ws/2'`."""
    return MockServer(lambda asked: answer(world, asked))


def answer(world: World, asked: Asked) -> Reply:
    """What the web service says to a request."""
    if not _USER_AGENT.match(asked.headers.get("user-agent", "")):
        return refusal(403, "identify yourself")
    parts = asked.path.removeprefix("/ws/2/").split("/")
    inc = set(asked.params.get("inc", "").split())
    if asked.repeated or asked.params.get("fmt") != "json" or parts[0] not in _INC or inc - _INC[parts[0]]:
        return refusal(400, "Invalid parameters.")
    if parts == ["url"]:
        return _linked(world, asked.params.get("resource", ""))
    if len(parts) == 2:
        return _lookup(world, parts[0], parts[1], inc)
    limit = int(asked.params.get("limit", 25))
    offset = int(asked.params.get("offset", 0))
    if "query" in asked.params:
        return _search(world, parts[0], asked.params["query"], 25 if limit > 100 else limit, offset)
    browse: dict[str, Callable[..., Reply]] = {"release": _browse_releases, "recording": _browse_recordings}
    return browse[parts[0]](world, asked, min(limit, 100), offset, inc) if parts[0] in browse else refusal(400, "no")


def _linked(world: World, resource: str) -> Reply:
    """The address as an entity, with the artists whose relationships lead to it."""
    relations = [
        {**r, "direction": "backward", "target-type": "artist", "artist": {"id": own, "name": artist["name"]}}
        for own, artist in world.artists.items()
        for r in artist["relations"]
        if r.get("url", {}).get("resource") == resource
    ]
    found = {"id": mbid("url", resource), "resource": resource, "relations": relations}
    return json_reply(found) if relations else refusal(404, "Not Found")


def _lookup(world: World, kind: str, wanted: str, inc: set[str]) -> Reply:
    known = {"artist": world.artists, "release": world.releases}.get(kind, {})
    found = known.get(world.merged.get(wanted, wanted))
    if found is None:
        return refusal(404, "Not Found")
    return json_reply(_with_credits(found, inc) if kind == "release" else found)


def _with_credits(found: Object, inc: set[str]) -> Object:
    """Of an edition with many recordings the relationships of the recordings are left out, without a word."""
    media = found["media"]
    tracks = [t for m in media for t in [*m["tracks"], *m.get("data-tracks", [])]]
    if "recording-level-rels" in inc and len(tracks) <= LOOKUP_LIMIT:
        return found
    bare = [
        {
            **m,
            "tracks": [
                {**t, "recording": {k: v for k, v in t["recording"].items() if k != "relations"}} for t in m["tracks"]
            ],
        }
        for m in media
    ]
    return {**found, "media": bare}


def _search(world: World, kind: str, query: str, limit: int, offset: int) -> Reply:
    if kind == "recording":
        codes = set(re.findall(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", query))
        found: dict[str, Object] = {}
        for r in world.releases.values():
            for entry in (t["recording"] for m in r["media"] for t in m["tracks"]):
                if codes & set(entry["isrcs"]):
                    brief = {k: entry[k] for k in ("id", "title", "length", "isrcs")}
                    found.setdefault(entry["id"], {**brief, "releases": []})["releases"].append(_brief(r))
        hits = list(found.values())[offset : offset + limit]
        return json_reply({"created": "now", "count": len(found), "offset": offset, "recordings": hits})
    quoted = re.search(r'artist:"((?:[^"\\]|\\.)*)"', query)
    wanted = re.sub(r"\\(.)", r"\1", quoted[1]).casefold() if quoted else ""
    artists = []
    for artist in world.artists.values():
        names = [artist["name"], *(a["name"] for a in artist["aliases"])]
        if wanted in (n.casefold() for n in names):
            kept = {k: v for k, v in artist.items() if k != "relations"}
            artists.append({**kept, "score": 100 if artist["name"].casefold() == wanted else 80})
    artists.sort(key=lambda a: -a["score"])
    return json_reply({"created": "now", "count": len(artists), "offset": 0, "artists": artists[:limit]})


def _brief(r: Object) -> Object:
    return {k: r[k] for k in ("id", "title", "status", "date", "release-group")}


def _browse_releases(world: World, asked: Asked, limit: int, offset: int, inc: set[str]) -> Reply:
    artist = asked.params.get("artist", "")
    if artist not in world.artists:
        return refusal(404, "Not Found")
    types = set(asked.params.get("type", "album|ep|single").split("|"))
    own = [r for r in world.of_artist(artist) if str(r["release-group"]["primary-type"]).lower() in types]
    page = [
        {
            **{k: v for k, v in r.items() if k not in ("relations", "artist-credit", "label-info")},
            "media": [{k: v for k, v in m.items() if k not in ("tracks", "pregap")} for m in r["media"]],
            "relations": [x for x in r["relations"] if x["target-type"] == "url" and "url-rels" in inc],
        }
        for r in own[offset : offset + limit]
    ]
    return json_reply({"releases": page, "release-count": len(own), "release-offset": offset})


def _browse_recordings(world: World, asked: Asked, limit: int, offset: int, inc: set[str]) -> Reply:
    found = world.releases.get(asked.params.get("release", ""))
    if found is None:
        return refusal(404, "Not Found")
    own = sorted({t["recording"]["id"]: t["recording"] for m in found["media"] for t in m["tracks"]}.items())
    page = [r for _, r in own[offset : offset + limit]]
    return json_reply({"recordings": page, "recording-count": len(own), "recording-offset": offset})
