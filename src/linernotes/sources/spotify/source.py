"""Spotify as a catalogue: albums, and tracks with their ISRCs. It knows no credits.

In Development Mode every album and every track is one call; in Extended Quota Mode many are. Which of the two an app
has is set, or found out by the first question that only the second allows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from linernotes.errors import SettingsError, UsageError
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
from linernotes.sources.calls import Answer, Call
from linernotes.sources.clock import Clock
from linernotes.sources.reading import mapping
from linernotes.sources.spotify import calls
from linernotes.sources.spotify.batches import Batches
from linernotes.sources.spotify.mode import Mode, Modes
from linernotes.sources.spotify.parse import (
    album_ids,
    parse_albums,
    parse_artist,
    parse_artists,
    parse_tracks,
    without_isrc,
)
from linernotes.sources.spotify.refusals import SOURCE, Restricted
from linernotes.sources.transport import Transport


class Spotify:
    """Implements Catalogue of `model.source`. All methods raise SourceError, and SettingsError for a refused app."""

    def __init__(self, transport: Transport, modes: Modes, batches: Batches, clock: Clock) -> None:
        self._transport = transport
        self._modes = modes
        self._batches = batches
        self._clock = clock
        # The first page is asked for before the mode is known, and must be the same question when it is.
        extended = modes.setting is Mode.EXTENDED
        self._first_limit = calls.FULL_LIMIT if extended else calls.RESTRICTED_LIMIT

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        """Artists of about that name; instead of a name an id or the address of a page."""
        if not name.strip():
            return ()
        # What may no longer be kept goes before something new comes, whether or not anybody else cleans up.
        await self._transport.cache.purge(self._clock.now())
        asked = artist_id_of(name)
        if asked is not None:
            return await self._artist(asked.value) if asked.scheme == SOURCE else ()
        answer, _ = await self._listed(lambda limit: calls.find_artists(name, limit), self._first_limit)
        return parse_artists(answer.json) if answer.found else ()

    async def _artist(self, artist_id: str) -> Sequence[ArtistFact]:
        answer = await self._transport.get(calls.artist(artist_id))
        found = parse_artist(answer.json) if answer.found else None
        return (found,) if found is not None else ()

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        """A page of the artist's own albums and singles."""
        artist_id = value_of(artist.ids, SOURCE) or ""
        if not calls.is_id(artist_id):
            return _unknown("artist", artist_id, artist.name)
        wanted = await self._limit(artist_id, offset)
        answer, limit = await self._listed(lambda limit: calls.albums(artist_id, offset, limit), wanted)
        return (
            parse_albums(answer.json, offset, limit) if answer.found else _unknown("artist", artist_id, artist.name)
        )

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        """A page of the album's tracks with their ISRCs."""
        album_id = value_of(album.ids, SOURCE) or ""
        if not calls.is_id(album_id):
            return _unknown("album", album_id, album.name)
        artist_id = value_of(album.artist.ids, SOURCE) or ""
        if calls.is_id(artist_id) and await self._modes.known() is not Mode.DEVELOPMENT:
            try:
                page = await self._together(artist_id, album_id, offset)
                if self._modes.setting is Mode.AUTO and not offset:  # only there several were asked for at once
                    await self._modes.learn(Mode.EXTENDED)
                return page if page is not None else _unknown("album", album_id, album.name)
            except Restricted as refusal:
                await self._restricted(refusal)
        page = await self._one_by_one(album_id, offset)
        return page if page is not None else _unknown("album", album_id, album.name)

    async def everyone(self) -> Sequence[ArtistFact]:
        """Raises UsageError: nobody lists all artists of Spotify."""
        raise UsageError("spotify cannot list all its artists: name those to discover.")

    async def _together(self, artist_id: str, album_id: str, offset: int) -> Page[TrackFact] | None:
        page = await self._page(
            album_id,
            offset,
            await self._batches.album(artist_id, album_id, self._first_limit) if not offset else None,
        )
        if page is None:
            return None
        full = await self._batches.tracks(artist_id, without_isrc(page), self._first_limit)
        return parse_tracks(page, offset, full)

    async def _one_by_one(self, album_id: str, offset: int) -> Page[TrackFact] | None:
        album = await self._found(calls.album(album_id)) if not offset else None
        page = await self._page(album_id, offset, album)
        if page is None:
            return None
        full = {}
        for track_id in without_isrc(page):
            track = await self._found(calls.track(track_id))
            if track is not None:
                full[track_id] = track
        return parse_tracks(page, offset, full)

    async def _page(self, album_id: str, offset: int, album: Json | None) -> Json | None:
        """A page of an album's tracks: the first one stands in the album itself."""
        if not offset:
            return mapping(album, "tracks") if album is not None else None
        return await self._found(calls.album_tracks(album_id, offset))

    async def _found(self, call: Call) -> Json | None:
        answer = await self._transport.get(call)
        return answer.json if answer.found else None

    async def _listed(self, ask: Callable[[int], Call], limit: int) -> tuple[Answer, int]:
        """A page of a list with the limit that was allowed: an app may have lost its extended mode since."""
        try:
            return await self._transport.get(ask(limit)), limit
        except Restricted as refusal:
            if limit <= calls.RESTRICTED_LIMIT:
                raise
            await self._restricted(refusal)
            return await self._transport.get(ask(calls.RESTRICTED_LIMIT)), calls.RESTRICTED_LIMIT

    async def _limit(self, artist_id: str, offset: int) -> int:
        """How many albums may be asked for. The first page is the same in every mode, and gives an id to try with."""
        if not offset:
            return self._first_limit
        mode = await self._modes.known()
        if mode is None:
            mode = await self._tried(artist_id)
        return calls.FULL_LIMIT if mode is Mode.EXTENDED else calls.RESTRICTED_LIMIT

    async def _tried(self, artist_id: str) -> Mode:
        """Find the mode out with one question that only the extended one allows."""
        first = await self._transport.get(calls.albums(artist_id, 0, self._first_limit))
        known = album_ids(first.json) if first.found else []
        if not known:
            return Mode.DEVELOPMENT
        try:
            await self._transport.get(calls.several_albums(known[:1]))
        except Restricted as refusal:
            await self._restricted(refusal)
            return Mode.DEVELOPMENT
        await self._modes.learn(Mode.EXTENDED)
        return Mode.EXTENDED

    async def _restricted(self, refusal: Restricted) -> None:
        if self._modes.setting is Mode.EXTENDED:
            raise SettingsError(
                "LINERNOTES_SPOTIFY_MODE is extended, but spotify treats the app as one in Development Mode "
                f"({refusal.why}). Set it to auto or development."
            ) from refusal
        await self._modes.learn(Mode.DEVELOPMENT)


def _unknown(what: str, number: str, name: str) -> Page[Any]:
    detail = f"spotify does not know the {what} {name!r} by any id of ours, or has removed it"
    return Page((), problems=(Problem(source=SOURCE, record=number, kind="not_found", detail=detail),))
