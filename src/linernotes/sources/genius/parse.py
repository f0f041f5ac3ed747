"""How we read Genius: from search hits, songs and artists to plain values.

Nothing here raises, whatever the JSON holds.

A person has a number (`/artists/500`), by which the service is asked, and the last part of the page's address
(`Bruno-mars`), by which other databases link to it. They are ids of two schemes, `genius` and `genius_slug`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from linernotes.model.catalogue import ExternalId, Json, Problem, TrackRef, value_of
from linernotes.model.claim import Claim, Level, Link, Match, Person, Profile
from linernotes.model.names import display_name
from linernotes.model.titles import Title, VersionClass
from linernotes.sources.genius.labels import Reading, read_label
from linernotes.sources.links import Place, genius_artist, normalise
from linernotes.sources.matching import (
    is_mastering,
    is_one_of,
    only_remastered,
    read_title,
    same_song,
)
from linernotes.sources.reading import mapping, mappings, text, texts, whole

SOURCE = "genius"
SLUG = "genius_slug"

PAGES_TRIED = 3
"""Songs of one artist and title that are looked into at most (an `Intro` on every album)."""

_GENERIC = frozenset(
    [
        "intro",
        "outro",
        "interlude",
        "prelude",
        "skit",
        "untitled",
        "introduction",
        "bonus",
        "reprise",
        "finale",
        "overture",
    ]
)
"""Titles that many songs of one artist have: believed only on the same album."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A song that a search found and that is ours by artist and title."""

    number: str
    exact: bool


def parse_hits(answer: Json, artist: str, title: Title) -> tuple[Hit, ...]:
    """The songs of a search that can be ours, exact ones first; never one merely because it stands first.

    Another primary artist is another song: a cover, a translation (by "Genius ..."), a playlist.
    """
    found: dict[str, Hit] = {}
    for hit in mappings(mapping(answer, "response"), "hits"):
        song = mapping(hit, "result")
        number = whole(song, "id")
        theirs = read_title(text(song, "title"))
        if number is None or theirs is None or text(hit, "type") not in ("song", ""):
            continue
        if is_by(artist, song) and same_song(title, theirs):
            exact = theirs.version == title.version and theirs.base.casefold() == title.base.casefold()
            found.setdefault(str(number), Hit(number=str(number), exact=exact))
    return tuple(sorted(found.values(), key=lambda h: not h.exact))


def is_by(artist: str, song: Json) -> bool:
    """Whether a song's primary artist, or one of several, is this one."""
    names = [text(mapping(song, "primary_artist"), "name")]
    if names[0].casefold().startswith("genius "):
        return False
    names += [text(one, "name") for one in mappings(song, "primary_artists")]
    return is_one_of(artist, names)


def is_generic(title: Title) -> bool:
    """Whether many songs of one artist can have this title."""
    return title.key.rstrip("0123456789 ") in _GENERIC


def is_on(song: Json, album: str) -> bool:
    """Whether a song's album is this one."""
    theirs, ours = read_title(text(mapping(song, "album"), "name")), read_title(album)
    return theirs is not None and ours is not None and theirs.key == ours.key


def song_of(answer: Json) -> Json:
    """The song of an answer."""
    return mapping(mapping(answer, "response"), "song")


def match_of(song: Json, track: TrackRef) -> Match:
    """Genius knows no durations; but a song page links its Spotify track, which we may know."""
    spotify = value_of(track.ids, "spotify")
    media = (text(medium, "native_uri") or text(medium, "url") for medium in mappings(song, "media"))
    linked = {address.replace(":", "/").split("?")[0].rpartition("/")[2] for address in media if "spotify" in address}
    return Match.SHARED_ID if spotify is not None and spotify in linked else Match.NO_DURATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a song says of who made it."""

    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]


def parse_song(song: Json, ours: Title, match: Match) -> Found:
    """Producers, writers, and of the further credits those whose label is a role of making the recording."""
    record = str(whole(song, "id") or "")
    theirs = read_title(text(song, "title"))
    leave_mastering = theirs is not None and only_remastered(ours, theirs)
    claims, problems = [], []
    for role, artists in _credited(song):
        reading = read_label(role)
        if reading is Reading.UNKNOWN:
            detail = f"Genius credits people as {role!r}, which is not known as a role of making a recording"
            problems.append(Problem(source=SOURCE, record=f"label {role}", kind="unknown_role", detail=detail))
        if reading is not Reading.ROLE or (leave_mastering and is_mastering(role)):
            continue
        for artist in artists:
            person = person_of(artist)
            if person is None:
                detail = f"{role} of {text(song, 'title')!r} is {text(artist, 'name')!r}, without a number or a name"
                problems.append(Problem(source=SOURCE, record=record, kind="unknown_person", detail=detail))
                continue
            claims.append(
                Claim(
                    person=person,
                    raw_role=role,
                    level=Level.RECORDING,
                    match=match,
                    record=record,
                    credited_as=text(artist, "name"),
                    url=text(song, "url") or f"https://genius.com/songs/{record}",
                )
            )
    return Found(claims=tuple(dict.fromkeys(claims)), problems=tuple(dict.fromkeys(problems)))


def _credited(song: Json) -> Iterator[tuple[str, list[Json]]]:
    yield "Producer", mappings(song, "producer_artists")
    yield "Writer", mappings(song, "writer_artists")
    for performance in mappings(song, "custom_performances"):
        if text(performance, "label"):
            yield text(performance, "label"), mappings(performance, "artists")


def person_of(artist: Json) -> Person | None:
    """Somebody as Genius names them. A joint credit (`NAV & Metro Boomin`) has a page of its own and stays whole."""
    number, name = whole(artist, "id"), display_name(text(artist, "name"))
    if number is None or not name:
        return None
    return Person(name=name, ids=ids_of(artist, str(number)))


def ids_of(artist: Json, number: str) -> tuple[ExternalId, ...]:
    """The number, and the last part of the page's address where there is one."""
    slug = genius_artist(text(artist, "url"))
    return (ExternalId(SOURCE, number), *((ExternalId(SLUG, slug),) if slug else ()))


_ACCOUNTS = {
    "instagram_name": "https://www.instagram.com/{}",
    "twitter_name": "https://x.com/{}",
    "facebook_name": "https://www.facebook.com/{}",
}
"""How Genius itself leads from the name of an account to its address."""


def parse_profile(answer: Json, number: str) -> Profile:
    """Accounts, page and other names of one person."""
    artist = mapping(mapping(answer, "response"), "artist")
    name, page = text(artist, "name"), text(artist, "url")
    slug = genius_artist(page)
    places = {
        place.kind: place for field, address in _ACCOUNTS.items() if (place := _account(artist, field, address))
    }
    source_url = page or f"https://genius.com/artists/{number}"
    links = [
        Link(kind=p.kind, value=p.value, url=p.url, source_url=source_url, source_record_id=number)
        for p in places.values()
    ]
    if slug:
        links.append(Link(kind=SOURCE, value=slug, url=page, source_url=page, source_record_id=number))
    return Profile(
        links=tuple(links), ids=ids_of(artist, number), aliases=_aliases(texts(artist, "alternate_names"), name)
    )


def _account(artist: Json, field: str, address: str) -> Place | None:
    written = text(artist, field).removeprefix("@")
    if not written:
        return None
    place = normalise(written if "://" in written else address.format(quote(written, safe="")))
    return place if place is not None and place.kind != "homepage" else None


def _aliases(names: Iterable[str], own: str) -> tuple[str, ...]:
    shown = (display_name(name) for name in names)
    return tuple(name for name in dict.fromkeys(shown) if name and name != display_name(own))


def question(artist: str, title: Title, written: str) -> tuple[str, str]:
    """What to search for: the song's name without guests; with its version where that makes it another recording."""
    plain = title.version in (VersionClass.ORIGINAL, VersionClass.REMASTER)
    return display_name(artist), title.base if plain else display_name(written)
