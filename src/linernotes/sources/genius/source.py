"""Genius as a source of credits and of profiles: two calls a track, one a person.

A song is recognised by artist, title and version, never by its place among the hits. Both the search and the song
are kept, so the second time costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from linernotes.errors import SourceRefused
from linernotes.model.catalogue import AlbumRef, ExternalId, Json, Problem, TrackRef
from linernotes.model.claim import Claim, CreditAnswer, Match, ProducerRef, Profile
from linernotes.model.titles import Title
from linernotes.sources.genius import calls
from linernotes.sources.genius.parse import (
    PAGES_TRIED,
    SOURCE,
    Hit,
    is_generic,
    is_on,
    match_of,
    parse_hits,
    parse_profile,
    parse_song,
    question,
    song_of,
)
from linernotes.sources.matching import artist_key, read_title
from linernotes.sources.transport import Transport


class Genius:
    """Implements Credits and Profiles of `model.source`. All methods raise SourceError, and SettingsError for a token
    that Genius does not accept."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """Who made these tracks, each looked up by itself. A track without a song of ours there stays unknown."""
        claims: dict[UUID, tuple[Claim, ...]] = {}
        problems: dict[Problem, None] = {}
        for track in tracks:
            title = read_title(track.name)
            if title is None:
                continue
            try:
                found = await self._song(album, track, title)
            except SourceRefused as error:  # of one song; the others are asked for all the same
                detail = f"the song {track.name!r} of {album.artist.name!r} was not answered: {error.why}"
                problems[Problem(source=SOURCE, record=str(track.id), kind="refused", detail=detail)] = None
                continue
            if found is None:
                continue
            song, match = found
            read = parse_song(song, title, match)
            claims[track.id] = read.claims
            problems |= dict.fromkeys(read.problems)
        return CreditAnswer(claims=claims, problems=tuple(problems))

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """Accounts and other names of those producers whose number at Genius we know."""
        found = {}
        for producer in producers:
            number = _number(producer.ids)
            if number is None:
                continue
            answer = await self._transport.get(calls.artist(number))
            if answer.found:
                found[producer.id] = parse_profile(answer.json, number)
        return found

    async def _song(self, album: AlbumRef, track: TrackRef, title: Title) -> tuple[Json, Match] | None:
        """The song of a track and how it was recognised: by an id of the recording, else by artist and title."""
        number = _number(track.recording_ids)
        if number is not None:
            song = await self._by_number(number)
            if song is not None:
                return song, Match.SHARED_ID
        if not artist_key(album.artist.name):
            return None
        answer = await self._transport.get(calls.search(*question(album.artist.name, title, track.name)))
        hits = parse_hits(answer.json, album.artist.name, title) if answer.found else ()
        chosen = await self._chosen([hit for hit in hits if hit.exact] or hits, album, title)
        return (chosen, match_of(chosen, track)) if chosen is not None else None

    async def _chosen(self, hits: Sequence[Hit], album: AlbumRef, title: Title) -> Json | None:
        """The song; of several with one artist and title the one on our album, and none rather than a guess."""
        if len(hits) == 1 and not is_generic(title):
            return await self._by_number(hits[0].number)
        for hit in hits[:PAGES_TRIED]:
            song = await self._by_number(hit.number)
            if song is not None and is_on(song, album.name):
                return song
        return None

    async def _by_number(self, number: str) -> Json | None:
        answer = await self._transport.get(calls.song(number))
        return song_of(answer.json) if answer.found else None


def _number(ids: Iterable[ExternalId]) -> str | None:
    """The first id of ours that is a number; the last part of an address cannot be asked for."""
    return next((i.value for i in ids if i.scheme == SOURCE and i.value.isascii() and i.value.isdigit()), None)
