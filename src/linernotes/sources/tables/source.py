"""A parsed table as a source: its artists, albums, tracks, credits and ids, answered from memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import (
    AlbumFact,
    AlbumRef,
    ArtistFact,
    ArtistRef,
    ExternalId,
    Fact,
    Page,
    Problem,
    TrackFact,
    TrackRef,
)
from linernotes.model.claim import Claim, CreditAnswer, ProducerRef, Profile
from linernotes.model.names import name_key, search_key
from linernotes.model.source import Source
from linernotes.model.titles import isrc_of
from linernotes.sources.tables.listing import ListedAlbum, ListedArtist, ListedTrack, Listing

Known = TypeVar("Known")

ALBUMS_A_PAGE = 50
TRACKS_A_PAGE = 100

SAME_RECORDING_MS = 10_000
"""Two durations further apart are two recordings, whatever the ISRC says (rule I2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a file holds, for people. columns says which of its columns was read as which field."""

    rows: int
    artists: int
    albums: int
    tracks: int
    credits: int
    problems: int
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource(Source):
    """A source that was read from a file, with what was found in it and what could not be used."""

    summary: Summary
    problems: tuple[Problem, ...]


def summarise(found: Listing, *, rows: int, problems: int, columns: Mapping[str, str]) -> Summary:
    """Count what a listing holds."""
    albums = [album for artist in found.artists for album in artist.albums]
    tracks = [track for album in albums for track in album.tracks]
    return Summary(
        rows=rows,
        artists=len(found.artists),
        albums=len(albums),
        tracks=len(tracks),
        credits=sum(len(track.claims) for track in tracks),
        problems=problems,
        columns=columns,
    )


class Listed:
    """A listing as catalogue and credit source. Things are found by the ids that it gave them, tracks by ISRC too."""

    def __init__(self, found: Listing) -> None:
        self._listing = found
        self._artists = {i: artist for artist in found.artists for i in artist.fact.ids}
        albums = [album for artist in found.artists for album in artist.albums]
        self._albums = {i: album for album in albums for i in album.fact.ids}
        self._tracks: dict[ExternalId, ListedTrack] = {}
        self._by_isrc: dict[str, list[ListedTrack]] = {}
        self._by_name: dict[str, list[ListedArtist]] = {}
        self._by_search: dict[str, list[ListedArtist]] = {}
        for track in (track for album in albums for track in album.tracks):
            self._tracks.update(dict.fromkeys(track.fact.ids, track))
            for isrc in filter(None, map(isrc_of, track.fact.isrcs)):
                self._by_isrc.setdefault(isrc, []).append(track)
        for artist in found.artists:
            self._by_name.setdefault(name_key(artist.fact.name), []).append(artist)
            self._by_search.setdefault(search_key(artist.fact.name), []).append(artist)

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        """Those of that name; where there are none, those whose name differs in accents or punctuation only."""
        asked = artist_id_of(name)
        if asked is not None:
            known = self._artists.get(asked)
            return (known.fact,) if known is not None else ()
        try:
            same, alike = self._by_name.get(name_key(name)), self._by_search.get(search_key(name), [])
        except ValueError:  # a name without a visible sign
            return ()
        if same:
            return tuple(artist.fact for artist in same)
        return tuple(_scored(artist.fact, 90) for artist in alike)

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        """One page of an artist's albums in file order."""
        known = _first(self._artists, artist.ids)
        return _page([album.fact for album in known.albums] if known else [], offset, ALBUMS_A_PAGE)

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        """One page of an album's tracks in file order."""
        known: ListedAlbum | None = _first(self._albums, album.ids)
        return _page([track.fact for track in known.tracks] if known else [], offset, TRACKS_A_PAGE)

    async def everyone(self) -> Sequence[ArtistFact]:
        """All artists in file order."""
        return tuple(artist.fact for artist in self._listing.artists)

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """What the rows of these tracks say. A track of another catalogue is known by its ISRC alone."""
        claims: dict[UUID, tuple[Claim, ...]] = {}
        problems: list[Problem] = []
        for track in tracks:
            if rows := self._known(track):
                claims[track.id] = tuple(dict.fromkeys(claim for known in rows for claim in known.claims))
                problems.extend(problem for known in rows for problem in known.problems)
        return CreditAnswer(claims=claims, problems=tuple(problems))

    def _known(self, track: TrackRef) -> list[ListedTrack]:
        own = _first(self._tracks, track.ids)
        if own is not None:
            return [own]
        isrc = isrc_of(track.isrc) if track.isrc else None
        return [known for known in self._by_isrc.get(isrc or "", []) if _may_be_one(known.fact, track)]


class FileProfiles:
    """The ids a file has for people."""

    def __init__(self, ids: frozenset[ExternalId]) -> None:
        self._ids = ids

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """For those whom the file knows by an id, that id."""
        known = {producer.id: tuple(i for i in producer.ids if i in self._ids) for producer in producers}
        return {id: Profile(ids=ids) for id, ids in known.items() if ids}


def person_ids(found: Listing) -> frozenset[ExternalId]:
    """The ids by which a listing knows people."""
    tracks = (track for artist in found.artists for album in artist.albums for track in album.tracks)
    return frozenset(i for track in tracks for claim in track.claims for i in claim.person.ids)


def _first(known: Mapping[ExternalId, Known], ids: Iterable[ExternalId]) -> Known | None:
    """What the first known id names."""
    return next((known[i] for i in ids if i in known), None)


def _page(facts: Sequence[Fact], offset: int, size: int) -> Page[Fact]:
    start = max(0, offset)
    return Page(tuple(facts[start : start + size]), start + size if start + size < len(facts) else None)


def _scored(fact: ArtistFact, score: int) -> ArtistFact:
    return ArtistFact(name=fact.name, ids=fact.ids, score=score, version=fact.version)


def _may_be_one(fact: TrackFact, track: TrackRef) -> bool:
    if fact.duration_ms is None or track.duration_ms is None:
        return True
    return abs(fact.duration_ms - track.duration_ms) <= SAME_RECORDING_MS
