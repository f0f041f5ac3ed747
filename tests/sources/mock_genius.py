"""A small invented Genius over real HTTP: search, songs and artists, behind a token, with the service's own refusals.

Its search is as forgiving as the real one: it answers every song that shares a word with the question, translations
and other artists' songs first, so that whoever takes the first hit takes a wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.sources.mock_server import Asked, MockServer, Reply, json_reply

Object = dict[str, Any]
TOKEN = "invented-genius-token"


def slug(name: str) -> str:
    """The last part of a page's address."""
    return "-".join(name.split()).capitalize()


def artist(number: int, name: str) -> Object:
    """Somebody as they stand inside other answers."""
    return {
        "api_path": f"/artists/{number}",
        "id": number,
        "name": name,
        "url": f"https://genius.com/artists/{slug(name)}",
        "image_url": "https://assets.genius.com/images/default_avatar_300.png",
        "is_verified": False,
    }


def performance(label: str, *artists: Object) -> Object:
    """A further credit."""
    return {"label": label, "artists": list(artists)}


def song(
    number: int,
    title: str,
    by: Object,
    *,
    producers: tuple[Object, ...] = (),
    writers: tuple[Object, ...] = (),
    performances: tuple[Object, ...] = (),
    album: str | None = None,
    spotify: str | None = None,
    featuring: tuple[Object, ...] = (),
) -> Object:
    """A song with everybody who made it."""
    uri = {"native_uri": f"spotify:track:{spotify}", "provider": "spotify", "type": "audio"}
    return {
        "id": number,
        "title": title,
        "full_title": f"{title} by\xa0{by['name']}",
        "url": f"https://genius.com/{slug(by['name'])}-{number}-lyrics",
        "primary_artist": by,
        "primary_artists": [by],
        "featured_artists": list(featuring),
        "album": None if album is None else {"id": number + 9000, "name": album, "artist": by},
        "release_date": "2019-05-17",
        "media": [] if spotify is None else [uri],
        "producer_artists": list(producers),
        "writer_artists": list(writers),
        "custom_performances": list(performances),
    }


@dataclass
class Shelf:
    """What this Genius knows."""

    songs: dict[int, Object] = field(default_factory=dict)
    artists: dict[int, Object] = field(default_factory=dict)

    def add(self, *songs: Object) -> None:
        self.songs.update({s["id"]: s for s in songs})

    def add_artist(self, inside: Object, **more: Any) -> Object:
        """Know somebody: other names, accounts."""
        accounts = {"instagram_name": None, "twitter_name": None, "facebook_name": None}
        self.artists[inside["id"]] = {**inside, "alternate_names": [], **accounts, **more}
        return inside


def small_shelf() -> Shelf:
    """An album of three songs by Ada Lind, and what a search finds beside them."""
    shelf = Shelf()
    ada, bo, nav = artist(1, "Ada Lind"), artist(2, "Bo Beat"), artist(3, "NAV & Bo Beat")
    wilma, max_, label = artist(4, "\u200bwilma words"), artist(5, "Max Master"), artist(6, "Big Label Records")
    other, translator = artist(7, "Ada Lindqvist"), artist(8, "Genius Traducciones al Español")
    for one in (ada, nav, wilma, max_, other):
        shelf.add_artist(one)
    shelf.add_artist(
        bo, alternate_names=["Bo B.", "Bo Beat"], instagram_name="Bo.Beat", twitter_name="@bobeat", facebook_name=""
    )
    shelf.add(
        song(90, "Ada Lind - Glass (Traducción al Español)", translator),
        song(91, "Glass", other, producers=(other,)),
        song(92, "Glass (Night Owl Remix)", ada, producers=(max_,)),
        song(93, "Glass (Live)", ada),
        song(
            10,
            "Glass",
            ada,
            producers=(bo, nav),
            writers=(ada, wilma),
            performances=(
                performance("Mastering Engineer", max_),
                performance("Co-Producer", wilma),
                performance("Phonographic Copyright ℗", label),
                performance("Label", label),
                performance("Video Producer", other),
                performance("Guitar", ada),
                performance("Glockenspieler Supreme", other),
            ),
            album="Northern Windows",
            spotify="0123456789abcdefABCDEF",
            featuring=(other,),
        ),
        song(11, "Hush", ada, writers=(ada,)),
        song(12, "Intro", ada, producers=(max_,), album="Another Album"),
        song(13, "Intro", ada, producers=(bo,), album="Northern Windows"),
    )
    return shelf


def serve(shelf: Shelf, token: str = TOKEN) -> MockServer:
    """The service over a shelf; its base address is the server's."""
    return MockServer(lambda asked: answer(shelf, asked, token))


def answer(shelf: Shelf, asked: Asked, token: str = TOKEN) -> Reply:
    """What the service says to a request."""
    if asked.headers.get("authorization") != f"Bearer {token}":
        said = "The access token provided is expired, revoked, malformed or invalid for other reasons."
        return json_reply({"error": "invalid_token", "error_description": said}, 401)
    kind, _, number = asked.path.strip("/").partition("/")
    if kind == "search" and not number:
        words = set(asked.params.get("q", "").casefold().split())
        found = [s for s in shelf.songs.values() if words & set(s["full_title"].casefold().split())]
        hits = [{"type": "song", "index": "song", "highlights": [], "result": _brief(s)} for s in found]
        return _said({"hits": hits[:10]})
    known = {"songs": shelf.songs, "artists": shelf.artists}.get(kind, {})
    one = known.get(int(number)) if number.isdigit() else None
    if one is None or asked.params.get("text_format") != "plain":
        return json_reply({"meta": {"status": 404, "message": "404 Not Found"}}, 404)
    return _said({kind.removesuffix("s"): one})


def _said(response: Object) -> Reply:
    return json_reply({"meta": {"status": 200}, "response": response})


def _brief(song: Object) -> Object:
    left_out = ("producer_artists", "writer_artists", "custom_performances", "album", "media")
    return {name: value for name, value in song.items() if name not in left_out}
