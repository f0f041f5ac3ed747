"""MusicBrainz as a catalogue, as a source of credits and of profiles.

Few calls: one search, one browse per hundred editions, one lookup per album for its tracks and all its credits
(the credits are then read from the kept answer), one lookup per producer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from linernotes.errors import UsageError
from linernotes.model.artist_ids import artist_id_of, page_of
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
from linernotes.sources.mbid import NOBODY, as_mbid
from linernotes.sources.musicbrainz import calls
from linernotes.sources.musicbrainz.bridge import (
    Bridge,
    carries,
    codes_of,
    lacks_producers,
    of_recordings,
    title_key,
    together,
)
from linernotes.sources.musicbrainz.credits import lacks_relations, parse_credits, parse_recordings
from linernotes.sources.musicbrainz.ids import SOURCE, mbid_of
from linernotes.sources.musicbrainz.parse import (
    parse_albums,
    parse_artist,
    parse_artists,
    parse_linked,
    parse_tracks,
    same_album,
    same_person,
)
from linernotes.sources.musicbrainz.profiles import parse_profile
from linernotes.sources.reading import text, whole
from linernotes.sources.transport import Transport

EDITIONS_TRIED = 3
"""An edition may have been deleted since it was listed: then the next of the album is asked for."""

RECORDING_PAGES = 50


class MusicBrainz:
    """Implements Catalogue, Credits and Profiles of `model.source`. All methods raise SourceError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._bridge = Bridge(transport)

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        """Artists of that name or alias. Instead of a name an MBID, or the id of a page that an artist links to."""
        asked = artist_id_of(name)
        if asked is not None and asked.scheme != SOURCE:
            answer = await self._transport.get(calls.linked_artists(str(page_of(asked))))
            return parse_linked(answer.json, asked) if answer.found else ()
        if asked is not None:
            answer = await self._transport.get(calls.artist(asked.value, merged=lambda _: True))
            found = parse_artist(answer.json, asked=asked.value) if answer.found else None
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

    async def look_ahead(self, albums: Sequence[tuple[AlbumRef, Sequence[TrackRef]]]) -> None:
        """Find the albums that another source listed by the ISRCs of their tracks, all of them at once."""
        await self._bridge.look_ahead(albums)

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """Who made these tracks: from the answer that named them, or from editions found by their ISRCs."""
        release = await self._release(album)
        if release is None:
            return await self._credits_by_isrc(album, tracks)
        return await self._credits_on(release, tracks)

    async def _credits_on(self, release: Json, tracks: Sequence[TrackRef]) -> CreditAnswer:
        fuller: dict[str, Json] = {}
        if lacks_relations(release, tracks):
            fuller = await self._recordings(mbid_of(release) or "")
        return parse_credits(release, tracks, fuller)

    async def _credits_by_isrc(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """What the editions that carry our recordings say of them.

        What an edition says of itself as a whole counts only when it is our album: a box of ten albums has others on
        it. Where that leaves a track without a producer, our album's own edition is asked as well.
        """
        editions, further = await self._bridge.editions(album, tracks)
        found = CreditAnswer(claims={})
        for mbid in editions:
            found = together(found, await self._credits_of_edition(mbid, album, tracks))
        for mbid in further if lacks_producers(found) else ():
            found = together(found, await self._credits_of_edition(mbid, album, tracks))
        return found

    async def _credits_of_edition(self, mbid: str, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        merged = partial(carries, codes=codes_of(tracks))
        answer = await self._transport.get(calls.release(mbid, merged))
        if not answer.found:
            return CreditAnswer(claims={})
        credits = await self._credits_on(answer.json, tracks)
        ours = title_key(text(answer.json, "title")) == title_key(album.name)
        return credits if ours else of_recordings(credits)

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
