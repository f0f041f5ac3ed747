"""What we ask Deezer: artists, albums, and tracks with their ISRCs. No key; nothing is sent here."""

from __future__ import annotations

import re
from datetime import timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.calls import Call
from linernotes.sources.deezer.errors import is_missing

FRESH_FOR = timedelta(hours=24)
"""Deezer's terms name no time for which an answer may be kept; a day is enough for a discovery and its repetition."""

PAGE_SIZE = 50
CANDIDATES = 25


def is_id(value: str) -> bool:
    """Whether a text can be one of Deezer's ids."""
    return re.fullmatch(r"[0-9]{1,20}", value) is not None


def find_artists(name: str) -> Call:
    """Artists of about this name, Deezer's best first."""
    params = {"q": " ".join(name.split())[:300], "limit": str(CANDIDATES)}
    return Call(path="search/artist", params=params, fresh_for=FRESH_FOR, complaint=_is_a_page)


def artist(artist_id: str) -> Call:
    """One artist."""
    return Call(path=f"artist/{artist_id}", params={}, fresh_for=FRESH_FOR, complaint=_is_artist)


def albums(artist_id: str, offset: int) -> Call:
    """A page of an artist's albums, EPs and singles."""
    return _page(f"artist/{artist_id}/albums", offset)


def tracks(album_id: str, offset: int) -> Call:
    """A page of an album's tracks; here, and not in the album's own answer, each has its ISRC."""
    return _page(f"album/{album_id}/tracks", offset)


def _page(path: str, offset: int) -> Call:
    params = {"limit": str(PAGE_SIZE), "index": str(offset)}
    return Call(path=path, params=params, fresh_for=FRESH_FOR, complaint=_is_a_page)


def _is_artist(answer: Json) -> str | None:
    named = isinstance(answer, dict) and isinstance(answer.get("name"), str)
    return None if named or is_missing(answer) else "the answer is no artist"


def _is_a_page(answer: Json) -> str | None:
    if isinstance(answer, dict) and (isinstance(answer.get("data"), list) or is_missing(answer)):
        return None
    return "the answer has no list of data"
