"""Links of people in one spelling: which service, whose handle there, and the address (rules L1 and L2).

Nothing is made up here: an address goes in as a source published it, and comes out tidied or not at all. Two
spellings of one place become equal, so that a handle that two people claim is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote

import httpx2

LONGEST = 2000
"""Characters of an address that are read at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link leads. kind is a service or ``homepage``, value the handle there or the address, url the link."""

    kind: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    full_host: str
    host: str  # without www. and m.
    path: tuple[str, ...]
    query: str


def normalise(address: str) -> Place | None:
    """The place an address leads to, or None when it is no public web address of a person.

    A service we know gives its kind and handle; any other host is a ``homepage``, whose url keeps its scheme and its
    ``www.`` because some sites answer to nothing else. Never raises; normalising such a url again changes nothing.
    """
    read = _read(address)
    if read is None:
        return None
    if read.host in _NOT_A_HANDLE:
        return None
    service = _SERVICES.get(read.host)
    if service is not None:
        return service(read)
    for domain, kind in _SUBDOMAINS.items():
        if read.host.endswith("." + domain):
            name = read.host.removesuffix("." + domain)
            return Place(kind, name, f"https://{read.host}") if _plain(name) else None
    rest = "".join("/" + quote(part, safe=_PATH_SAFE) for part in read.path)
    return Place("homepage", read.host + rest, f"{read.scheme}://{read.full_host}{rest}")


def _read(address: str) -> _Address | None:
    address = address.strip()
    if not address or len(address) > LONGEST or not address.isprintable() or " " in address:
        return None
    if "://" not in address and re.match(r"^(?![\w.+-]+:)[\w-]+(\.[\w-]+)+(/|$)", address):
        address = "https://" + address  # people leave the scheme out
    try:
        url = httpx2.URL(address)
        scheme, host, query = url.scheme, url.raw_host.decode("ascii").lower(), url.query.decode("ascii", "replace")
        path = tuple(unquote(part) for part in url.raw_path.decode("ascii").partition("?")[0].split("/") if part)
    except (httpx2.InvalidURL, ValueError):
        return None
    if scheme not in ("http", "https") or url.userinfo or url.port not in (None, 80, 443):
        return None
    full_host = host = host.rstrip(".")
    for prefix in ("www.", "m.", "mobile."):
        if host.startswith(prefix) and host.count(".") > 1:
            host = host.removeprefix(prefix)
            break
    if not _public(host) or not all(part.isprintable() and "�" not in part for part in path):
        return None
    return _Address(scheme, full_host, host, path, query)


def _public(host: str) -> bool:
    """Whether a host name can be somebody's public site: no address literal, nothing of a private network."""
    labels = host.split(".")
    return (
        len(labels) > 1
        and all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?", label) for label in labels)
        and re.fullmatch(r"[a-z]{2,}|xn--[a-z0-9-]+", labels[-1]) is not None
        and labels[-1] not in {"local", "localhost", "internal", "lan", "home", "corp", "test", "invalid", "onion"}
    )


_PATH_SAFE = "@:!$&'()*+,;=~"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]*")


def _plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None and "." not in name


def _handle(
    kind: str, site: str, pattern: str, *, at: str = "", below: str = "", never: str = ""
) -> Callable[[_Address], Place | None]:
    """A service whose people live at `site/handle`, or `site/below/handle`; `at` stands before the handle."""
    shape = re.compile(pattern)
    reserved = frozenset(never.split())

    def read(address: _Address) -> Place | None:
        path = address.path
        if below:
            if not path or path[0] != below:
                return None
            path = path[1:]
        if not path or (at and not path[0].startswith(at)):
            return None
        name = path[0].removeprefix(at or "@").lower()
        if name in reserved or not shape.fullmatch(name):
            return None
        return Place(kind, name, f"https://{site}/{below + '/' if below else ''}{at}{quote(name)}")

    return read


def _facebook(address: _Address) -> Place | None:
    path = address.path
    if path and path[0] == "profile.php":
        number = parse_qs(address.query).get("id", [""])[0]
        path = (number,)
    elif len(path) > 2 and path[0] in ("pages", "people"):
        path = (path[-1],)
    if not path:
        return None
    name = path[0].lower()
    if name in _FACEBOOK_RESERVED.split() or not re.fullmatch(r"[\w.-]{2,80}", name):
        return None
    return Place("facebook", name, f"https://facebook.com/{quote(name)}")


def _youtube(address: _Address) -> Place | None:
    match address.path:
        case ("channel", channel, *_) if re.fullmatch(r"UC[\w-]{22}", channel, re.ASCII):
            value = f"channel/{channel}"
        case ("user" | "c" as kind, name, *_) if re.fullmatch(r"[\w.-]{1,100}", name):
            value = f"{kind}/{name.lower()}"
        case (name, *_) if re.fullmatch(r"@[\w.·-]{1,100}", name):
            value = name.lower()
        case _:
            return None
    return Place("youtube", value, f"https://youtube.com/{quote(value, safe='/@')}")


def _spotify(address: _Address) -> Place | None:
    path = address.path[1:] if address.path and address.path[0].startswith("intl-") else address.path
    match path:
        case ("artist", name, *_) if re.fullmatch(r"[0-9A-Za-z]{22}", name):
            return Place("spotify", name, f"https://open.spotify.com/artist/{name}")
    return None


def _imdb(address: _Address) -> Place | None:
    match address.path:
        case ("name", number, *_) if re.fullmatch(r"nm\d{5,10}", number, re.ASCII):
            return Place("imdb", number, f"https://imdb.com/name/{number}")
    return None


_FACEBOOK_RESERVED = (
    "sharer sharer.php share events groups watch login login.php photo.php photo story.php permalink.php hashtag "
    "pages people profile.php home.php pg plugins dialog marketplace gaming help"
)
_X_RESERVED = "home intent share search hashtag i explore settings login signup about tos privacy"

_SERVICES: dict[str, Callable[[_Address], Place | None]] = {
    **dict.fromkeys(
        ("instagram.com", "instagr.am"),
        _handle(
            "instagram", "instagram.com", r"[a-z0-9._]{1,30}", never="p reel reels tv explore stories accounts about"
        ),
    ),
    **dict.fromkeys(("x.com", "twitter.com"), _handle("x", "x.com", r"[a-z0-9_]{1,20}", never=_X_RESERVED)),
    **dict.fromkeys(("facebook.com", "fb.com", "fb.me"), _facebook),
    "tiktok.com": _handle("tiktok", "tiktok.com", r"[a-z0-9._]{2,30}", at="@"),
    **dict.fromkeys(("youtube.com", "music.youtube.com"), _youtube),
    "soundcloud.com": _handle(
        "soundcloud", "soundcloud.com", r"[a-z0-9_-]{2,80}", never="discover search stream upload you pages charts"
    ),
    **dict.fromkeys(("open.spotify.com", "play.spotify.com"), _spotify),
    "imdb.com": _imdb,
    **dict.fromkeys(("threads.net", "threads.com"), _handle("threads", "threads.com", r"[a-z0-9._]{1,30}", at="@")),
    "bsky.app": _handle("bluesky", "bsky.app", r"[a-z0-9][a-z0-9.-]{2,250}", below="profile"),
    "twitch.tv": _handle("twitch", "twitch.tv", r"[a-z0-9_]{2,30}", never="directory videos p downloads"),
    "patreon.com": _handle("patreon", "patreon.com", r"[a-z0-9_-]{2,80}", never="posts user c home login search"),
    "myspace.com": _handle("myspace", "myspace.com", r"[a-z0-9._-]{2,80}", never="search discover signin"),
    "mixcloud.com": _handle("mixcloud", "mixcloud.com", r"[\w-]{2,80}", never="discover search upload"),
    "vimeo.com": _handle("vimeo", "vimeo.com", r"[a-z0-9_-]*[a-z_-][a-z0-9_-]*", never="channels groups watch album"),
    "linktr.ee": _handle("linktree", "linktr.ee", r"[a-z0-9._-]{1,60}", never="login register"),
    "beatstars.com": _handle("beatstars", "beatstars.com", r"[a-z0-9_-]{2,80}", never="beat search feed"),
    "vk.com": _handle("vk", "vk.com", r"[a-z0-9._]{2,50}", never="feed login wall"),
}
"""By host (without www.): how that service names people."""

_SUBDOMAINS = {"bandcamp.com": "bandcamp", "tumblr.com": "tumblr", "beatstars.com": "beatstars"}
"""Services whose people live at name.domain."""

_NOT_A_HANDLE = frozenset({"bandcamp.com", "tumblr.com", "youtu.be", "spotify.link", "t.co", "spotify.com"})
"""The front door of such a service, and shorteners: no person lives there."""


def discogs_artist(address: str) -> str | None:
    """The number of a Discogs artist page."""
    return _id_in(address, r"discogs\.com/(?:[a-z]{2}/)?artist/(\d{1,15})")


def discogs_release(address: str) -> str | None:
    """The number of a Discogs release page."""
    return _id_in(address, r"discogs\.com/(?:[a-z]{2}/)?(?:[\w%.-]+/)?release/(\d{1,15})")


def wikidata_item(address: str) -> str | None:
    """The Q number of a Wikidata page."""
    return _id_in(address, r"wikidata\.org/(?:wiki/|entity/)(?:Special:EntityPage/)?(Q\d{1,15})")


def genius_artist(address: str) -> str | None:
    """The slug of a Genius artist page, as Genius spells it."""
    return _id_in(address, r"genius\.com/artists/([\w%.-]{1,200})")


def spotify_artist(address: str) -> str | None:
    """The id of a Spotify artist page."""
    place = normalise(address)
    return place.value if place is not None and place.kind == "spotify" else None


def _id_in(address: str, pattern: str) -> str | None:
    if len(address) > LONGEST:
        return None
    found = re.match(r"https?://(?:www\.|m\.)?" + pattern + r"(?:[/?#-].*)?$", address.strip(), re.IGNORECASE)
    return found[1] if found else None
