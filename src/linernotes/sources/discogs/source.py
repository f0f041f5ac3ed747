"""Discogs as a source of credits and of profiles.

A release is known by its number, from a link of another source, or with a token by a search whose hits are checked by
artist, title and tracks. Of one master several versions are read and their credits joined (rule S4), but only while
of some track no producer is named.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from uuid import UUID

from linernotes.model.catalogue import AlbumRef, Json, TrackRef
from linernotes.model.claim import CreditAnswer, ProducerRef, Profile
from linernotes.sources.discogs import calls
from linernotes.sources.discogs.credits import has_titles_of, is_by
from linernotes.sources.discogs.names import NOBODY, SOURCE
from linernotes.sources.discogs.parse import main_release, pages, parse_profile, parse_search, parse_versions
from linernotes.sources.discogs.rows import release_id
from linernotes.sources.discogs.union import MASTER, RELEASE, Union
from linernotes.sources.matching import artist_key
from linernotes.sources.reading import whole
from linernotes.sources.transport import Transport

VERSIONS_READ = 3
HITS_TRIED = 4
SEARCH_PAGES = 3


class Discogs:
    """Implements Credits and Profiles of `model.source`. All methods raise SourceError, and SettingsError for a token
    that Discogs does not accept."""

    def __init__(self, transport: Transport, *, may_search: bool) -> None:
        """may_search: with a token only."""
        self._transport = transport
        self._may_search = may_search

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """What the versions of the album say about these tracks."""
        union = Union(album, tracks)
        if not tracks:
            return union.answer()
        async for release in self._versions(album, tracks):
            union.add(release)
            if union.versions >= VERSIONS_READ or union.names_producers():
                break
        return union.answer()

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """Links, other names and members of those producers that have a Discogs number."""
        found = {}
        for producer in producers:
            number = next((n for i in producer.ids if i.scheme == SOURCE and (n := as_number(i.value))), None)
            if number is None or number in NOBODY:
                continue
            answer = await self._transport.get(calls.artist(number))
            if answer.found:
                found[producer.id] = parse_profile(answer.json, number, producer.name)
        return found

    async def _versions(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> AsyncIterator[Json]:
        """The releases that stand for an album, one after the other as they are asked for, each once."""
        seen: set[str] = set()
        masters = dict.fromkeys(n for i in album.ids if i.scheme == MASTER and (n := as_number(i.value)))
        linked = dict.fromkeys(n for i in album.ids if i.scheme == RELEASE and (n := as_number(i.value)))
        for number in linked:
            async for release in self._release(number, seen):
                _note_master(release, masters)
                yield release
        if not linked and not masters:
            async for release in self._searched(album, tracks):
                seen.add(release_id(release))
                _note_master(release, masters)
                yield release
        for master in masters:
            async for release in self._of_master(master, seen):
                yield release

    async def _of_master(self, master: str, seen: set[str]) -> AsyncIterator[Json]:
        answer = await self._transport.get(calls.master(master))
        number = main_release(answer.json) if answer.found else None
        if number is not None:
            async for release in self._release(number, seen):
                yield release
        listed = await self._transport.get(calls.versions(master))
        for number in parse_versions(listed.json) if listed.found else ():
            async for release in self._release(number, seen):
                yield release

    async def _release(self, number: str, seen: set[str]) -> AsyncIterator[Json]:
        """The release, or nothing when it was read already or is gone."""
        if number in seen:
            return
        seen.add(number)
        answer = await self._transport.get(calls.release(number))
        if answer.found:
            yield answer.json

    async def _searched(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> AsyncIterator[Json]:
        """The first release of a search that is ours by artist, title and tracks; its master leads to the others."""
        if not self._may_search or not artist_key(album.artist.name):
            return
        tried = 0
        for page in range(1, SEARCH_PAGES + 1):
            answer = await self._transport.get(calls.search(album.artist.name, album.name, page))
            if not answer.found:
                return
            for number in parse_search(answer.json, album.artist.name, album.name):
                tried += 1
                async for release in self._release(number, set()):
                    if is_by(release, album.artist.name) and has_titles_of(release, album.artist.name, tracks):
                        yield release
                        return
                if tried >= HITS_TRIED:
                    return
            if page >= pages(answer.json):
                return


def _note_master(release: Json, masters: dict[str, None]) -> None:
    number = whole(release, "master_id")
    if number:
        masters.setdefault(str(number))


def as_number(value: str) -> str | None:
    """A Discogs number in its one spelling, None for what is none."""
    plain = value.strip().lower().removeprefix("r").removeprefix("a").lstrip("0")
    return plain if plain.isascii() and plain.isdigit() and len(plain) <= 10 else None
