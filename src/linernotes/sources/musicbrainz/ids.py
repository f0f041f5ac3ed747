"""The ids in MusicBrainz's answers, and the pages they stand for."""

from __future__ import annotations

from linernotes.model.catalogue import Json
from linernotes.sources.mbid import NOBODY, as_mbid
from linernotes.sources.reading import text

SOURCE = "musicbrainz"


def mbid_of(value: Json) -> str | None:
    """The MBID of an entity in an answer."""
    return as_mbid(text(value, "id"))


def is_nobody(artist: Json) -> bool:
    """Whether an artist of an answer is a special purpose one, by its id or by its name in brackets."""
    return mbid_of(artist) in NOBODY or text(artist, "name").casefold() in _BRACKETED


_BRACKETED = frozenset(name.casefold() for name in NOBODY.values() if name.startswith("["))


def page(entity: str, mbid: str) -> str:
    """The page where a reader can check it: entity is artist, recording, work, release or release-group."""
    return f"https://musicbrainz.org/{entity}/{mbid}"


def looks_garbled(asked: str, answered: str) -> bool:
    """Whether two ids differ in a character or two only: a damaged answer, never a merged entity."""
    return sum(a != b for a, b in zip(asked, answered, strict=True)) <= 2
