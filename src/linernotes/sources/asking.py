"""The questions that a discovery will put to a source: what each source's `asks.py` says, and from what. Pure.

Of an artist who is not known, the numbers are those of a usual one: `ALBUMS` albums of `TRACKS` tracks in `EDITIONS`
editions each, `PEOPLE` people behind each album.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from linernotes.model.catalogue import AlbumRef, ExternalId, Json, TrackRef, value_of
from linernotes.settings import Settings
from linernotes.sources.calls import Call

ALBUMS, TRACKS, EDITIONS, PEOPLE = 10, 12, 6, 2

LINKS = "links of the people"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAlbum:
    """An album with its tracks."""

    album: AlbumRef
    tracks: tuple[TrackRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArtist:
    """An artist with its albums; people are those who are credited and still to be looked up, None if unknown."""

    name: str
    ids: tuple[ExternalId, ...]
    albums: tuple[KnownAlbum, ...]
    people: tuple[tuple[ExternalId, ...], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Questions to one source for one purpose: those that are known, each of which takes so many calls, and further.

    goes_with_the_last: the further ones were asked together with those before, and are kept as long as they are.
    """

    source: str
    purpose: str
    questions: tuple[Call, ...] = ()
    each: int = 1
    further: int = 0
    goes_with_the_last: bool = False


Noted = Callable[[str, Sequence[str], str], Mapping[str, Json]]
"""What a source's transport has noted: of (source, names, base address) by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What is known before a discovery: the name that was given, the artist if known, the settings, and the notes."""

    name: str
    artist: KnownArtist | None
    settings: Settings
    noted: Noted = lambda source, names, base_url: {}


AsksOf = Callable[[Planning], list[Ask]]


def asks_nothing(planning: Planning) -> list[Ask]:
    """A source that takes no part here."""
    return []


def people_to_ask(planning: Planning, scheme: str) -> int:
    """How many people a source that knows them by this scheme will be asked for."""
    artist = planning.artist
    if artist is None or artist.people is None:
        return PEOPLE * (len(artist.albums) if artist is not None else ALBUMS)
    return sum(value_of(ids, scheme) is not None for ids in artist.people)


def a_call_a_person(source: str, scheme: str) -> AsksOf:
    """The asks of a source that is asked for one person at a time."""
    return lambda planning: [Ask(source=source, purpose=LINKS, further=people_to_ask(planning, scheme))]
