"""Many albums and tracks in one call, which Extended Quota Mode allows: twenty albums, fifty tracks.

The stages ask album by album. So the groups are made of the artist's whole list, always in the same way: whichever
album is asked for first, its group is asked for once, and the others find their part of the answer kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.clock import Clock
from linernotes.sources.reading import mapping
from linernotes.sources.spotify import calls
from linernotes.sources.spotify.parse import album_ids, by_id, next_offset, without_isrc
from linernotes.sources.transport import Transport

REMEMBERED = 16
REMEMBERED_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """All albums of an artist, and all tracks that stand in the albums' own answers, each in groups to ask for."""

    albums: tuple[tuple[str, ...], ...]
    tracks: tuple[tuple[str, ...], ...]
    at: datetime


class Batches:
    """The groups of the artists that are in hand. Methods raise Restricted when the mode does not allow them."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._wholes: OrderedDict[str, Whole] = OrderedDict()

    async def album(self, artist_id: str, album_id: str, first_limit: int) -> Json | None:
        """One album, from the answer for its group. first_limit is the size of the list's first page."""
        whole = await self._whole(artist_id, first_limit)
        group = next((g for g in whole.albums if album_id in g), (album_id,))
        return (await self._albums(group)).get(album_id)

    async def tracks(self, artist_id: str, wanted: Sequence[str], first_limit: int) -> dict[str, Json]:
        """Complete tracks by id, from the answers for their groups."""
        whole = await self._whole(artist_id, first_limit)
        grouped = {track: group for group in whole.tracks for track in group}
        groups = dict.fromkeys(grouped[track] for track in wanted if track in grouped)
        others = [track for track in wanted if track not in grouped]
        found: dict[str, Json] = {}
        for group in [*groups, *batches(others, calls.TRACKS_PER_CALL)]:
            answer = await self._transport.get(calls.several_tracks(group))
            found |= by_id(group, answer.json, "tracks") if answer.found else {}
        return found

    async def _albums(self, group: Sequence[str]) -> dict[str, Json]:
        answer = await self._transport.get(calls.several_albums(group))
        return by_id(group, answer.json, "albums") if answer.found else {}

    async def _whole(self, artist_id: str, first_limit: int) -> Whole:
        known = self._wholes.get(artist_id)
        if known is not None and self._clock.now() < known.at + REMEMBERED_FOR:
            return known
        albums = batches(await self._listed(artist_id, first_limit), calls.ALBUMS_PER_CALL)
        tracks: list[str] = []
        for group in albums:
            for album in (await self._albums(group)).values():
                tracks += without_isrc(mapping(album, "tracks"))
        in_groups = batches(list(dict.fromkeys(tracks)), calls.TRACKS_PER_CALL)
        self._wholes[artist_id] = Whole(albums=albums, tracks=in_groups, at=self._clock.now())
        while len(self._wholes) > REMEMBERED:
            self._wholes.popitem(last=False)
        return self._wholes[artist_id]

    async def _listed(self, artist_id: str, first_limit: int) -> list[str]:
        """The ids of the artist's albums: the pages were just read, and are kept."""
        found: list[str] = []
        offset: int | None = 0
        while offset is not None:
            limit = calls.FULL_LIMIT if offset else first_limit
            answer = await self._transport.get(calls.albums(artist_id, offset, limit))
            found += album_ids(answer.json) if answer.found else []
            offset = next_offset(answer.json, offset, limit) if answer.found else None
        return list(dict.fromkeys(found))


def batches(ids: Sequence[str], size: int) -> tuple[tuple[str, ...], ...]:
    """The ids in groups of a size, the last one smaller."""
    return tuple(tuple(ids[start : start + size]) for start in range(0, len(ids), size))
