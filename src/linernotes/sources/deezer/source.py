"""Deezer as a catalogue: albums, and tracks with their ISRCs. It knows no credits.

Few calls: one search, one for every fifty albums, one for every album. The ISRCs then lead to the credits that other
sources have (`sources/musicbrainz/bridge.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linernotes.errors import UsageError
from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import (
    AlbumFact,
    AlbumRef,
    ArtistFact,
    ArtistRef,
    Json,
    Page,
    Problem,
    TrackFact,
    value_of,
)
from linernotes.sources.calls import Call
from linernotes.sources.deezer import calls
from linernotes.sources.deezer.errors import SOURCE, is_missing
from linernotes.sources.deezer.parse import parse_albums, parse_artist, parse_artists, parse_tracks
from linernotes.sources.transport import Transport


class Deezer:
    """Implements Catalogue of `model.source`. All methods raise SourceError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        """Artists of about that name; instead of a name an id (`deezer:27`)."""
        asked = artist_id_of(name)
        if asked is not None:
            answer = await self._answer(asked.value, calls.artist(asked.value)) if asked.scheme == SOURCE else None
            found = parse_artist(answer) if answer is not None else None
            return (found,) if found is not None else ()
        if not name.strip():
            return ()
        listed = await self._transport.get(calls.find_artists(name))
        return parse_artists(listed.json) if listed.found else ()

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        """A page of the artist's albums, EPs and singles."""
        number = value_of(artist.ids, SOURCE) or ""
        answer = await self._answer(number, calls.albums(number, offset))
        return parse_albums(answer, offset) if answer is not None else _unknown("artist", number, artist.name)

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        """A page of the album's tracks."""
        number = value_of(album.ids, SOURCE) or ""
        answer = await self._answer(number, calls.tracks(number, offset))
        return parse_tracks(answer, offset) if answer is not None else _unknown("album", number, album.name)

    async def everyone(self) -> Sequence[ArtistFact]:
        """Raises UsageError: nobody lists all artists of Deezer."""
        raise UsageError("deezer cannot list all its artists: name those to discover.")

    async def _answer(self, number: str, call: Call) -> Json | None:
        """What Deezer says about a thing, None when it does not know it."""
        if not calls.is_id(number):
            return None
        answer = await self._transport.get(call)
        return answer.json if answer.found and not is_missing(answer.json) else None


def _unknown(what: str, number: str, name: str) -> Page[Any]:
    detail = f"deezer does not know the {what} {name!r} by any id of ours, or has removed it"
    return Page((), problems=(Problem(source=SOURCE, record=number, kind="not_found", detail=detail),))
