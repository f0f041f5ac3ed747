"""MusicBrainz as a catalogue, as a source of credits and of profiles.

Few calls: one search, one browse per hundred editions, one lookup per album for its tracks and all its credits
(the credits are then read from the kept answer), one lookup per producer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from linernotes.errors import UsageError
from linernotes.model.catalogue import (
    AlbumFact,
    AlbumRef,
    ArtistFact,
    ArtistRef,
    Json,
    Page,
    Problem,
    TrackFact,
    TrackRef,
    value_of,
)
from linernotes.model.claim import CreditAnswer, ProducerRef, Profile
from linernotes.sources.musicbrainz import calls
from linernotes.sources.musicbrainz.credits import lacks_relations, parse_credits, parse_recordings
from linernotes.sources.musicbrainz.ids import NOBODY, SOURCE, as_mbid, mbid_of
from linernotes.sources.musicbrainz.parse import (
    best_release_for,
    parse_albums,
    parse_artist,
    parse_artists,
    parse_tracks,
    same_album,
    same_person,
)
from linernotes.sources.musicbrainz.profiles import parse_profile
from linernotes.sources.reading import whole
from linernotes.sources.transport import Transport

EDITIONS_TRIED = 3
"""An edition may have been deleted since it was listed: then the next of the album is asked for."""

RECORDING_PAGES = 50
ISRCS_PER_SEARCH = 50


class MusicBrainz:
    """Implements Catalogue, Credits and Profiles of `model.source`. All methods raise SourceError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        """Artists of that name or alias; an MBID instead of a name is looked up."""
        mbid = as_mbid(name)
        if mbid is not None:
            answer = await self._transport.get(calls.artist(mbid, merged=lambda _: True))
            found = parse_artist(answer.json, asked=mbid) if answer.found else None
            return (found,) if found is not None else ()
        if not name.strip():
            return ()
        answer = await self._transport.get(calls.find_artists(name))
        return parse_artists(answer.json) if answer.found else ()

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        """A page of the artist's own official albums, EPs and singles, each with the best of its editions."""
        mbid = as_mbid(value_of(artist.ids, SOURCE) or "")
        if mbid is None or mbid in NOBODY:
            return Page((), problems=(_unknown("artist", str(artist.id), artist.name),))
        answer = await self._transport.get(calls.releases(mbid, offset))
        if not answer.found:
            return Page((), problems=(_unknown("artist", mbid, artist.name),))
        return parse_albums(answer.json, offset)

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        """The tracks of the album's edition."""
        release = await self._release(album)
        if release is None:
            return Page((), problems=(_unknown("album", album.edition or str(album.id), album.name),))
        return parse_tracks(release, offset)

    async def everyone(self) -> Sequence[ArtistFact]:
        """Raises UsageError: nobody lists the two million artists of MusicBrainz over its web service."""
        raise UsageError("musicbrainz cannot list all its artists: name those to discover.")

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """Who made these tracks: from the answer that named them, or from an edition found by their ISRCs."""
        release = await self._release(album) or await self._release_by_isrc(album, tracks)
        if release is None:
            return CreditAnswer(claims={})
        fuller: dict[str, Json] = {}
        if lacks_relations(release, tracks):
            fuller = await self._recordings(mbid_of(release) or "")
        return parse_credits(release, tracks, fuller)

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """Links, ids and other names of those producers that have an MBID."""
        found = {}
        for producer in producers:
            mbid = as_mbid(value_of(producer.ids, SOURCE) or "")
            if mbid is None or mbid in NOBODY:
                continue
            answer = await self._transport.get(calls.artist(mbid, merged=partial(same_person, name=producer.name)))
            if answer.found:
                found[producer.id] = parse_profile(answer.json, mbid)
        return found

    async def _release(self, album: AlbumRef) -> Json | None:
        """The edition that stands for the album with everybody on it, or None when none is known or left."""
        editions = [album.edition] if album.edition else []
        editions += [i.value for i in album.ids if i.scheme == "musicbrainz_release"]
        groups = tuple(i.value for i in album.ids if i.scheme == SOURCE)
        known = [mbid for e in dict.fromkeys(editions) if (mbid := as_mbid(e)) is not None]
        for mbid in known[:EDITIONS_TRIED]:
            merged = partial(same_album, groups=groups, title=album.name)
            answer = await self._transport.get(calls.release(mbid, merged))
            if answer.found:
                return answer.json
        return None

    async def _release_by_isrc(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> Json | None:
        """An edition that carries the tracks of an album which another source listed."""
        isrcs = sorted({track.isrc for track in tracks if track.isrc})[:ISRCS_PER_SEARCH]
        if not isrcs:
            return None
        answer = await self._transport.get(calls.find_recordings(isrcs))
        mbid = best_release_for(answer.json, frozenset(isrcs)) if answer.found else None
        if mbid is None:
            return None
        merged = partial(same_album, groups=(), title=album.name)
        found = await self._transport.get(calls.release(mbid, merged))
        return found.json if found.found else None

    async def _recordings(self, release_mbid: str) -> dict[str, Json]:
        """All recordings of a large edition, page by page."""
        found: dict[str, Json] = {}
        offset = 0
        for _ in range(RECORDING_PAGES):
            answer = await self._transport.get(calls.recordings(release_mbid, offset))
            returned = len(answer.json["recordings"]) if answer.found else 0
            if not returned:
                break
            found |= parse_recordings(answer.json)
            offset += returned
            if offset >= (whole(answer.json, "recording-count") or 0):
                break
        return found


def _unknown(what: str, record: str, name: str) -> Problem:
    detail = f"musicbrainz does not know the {what} {name!r} by any id of ours, or has deleted it"
    return Problem(source=SOURCE, record=record, kind="not_found", detail=detail)
