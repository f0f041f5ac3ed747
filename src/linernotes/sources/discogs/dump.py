"""A Discogs dump as a source: `file:releases.xml.gz` is a catalogue with credits, and knows people by the
`artists.xml.gz` beside it.

Versions of one master are one album: the main release first, then what other versions have more. Releases by Various
stand under Various; nobody on them is discovered for it (rule I7), but each of their tracks is by its own artist and
so joins what is known of that recording.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import (
    AlbumFact,
    AlbumRef,
    ArtistFact,
    ArtistRef,
    ExternalId,
    Json,
    Page,
    Problem,
    TrackFact,
    TrackRef,
    value_of,
)
from linernotes.model.claim import CreditAnswer, ProducerRef, Profile
from linernotes.model.names import display_name, name_key, search_key
from linernotes.model.source import Source
from linernotes.sources.discogs.credits import is_by_various
from linernotes.sources.discogs.names import SOURCE, artist_page, release_page, shown
from linernotes.sources.discogs.parse import parse_profile
from linernotes.sources.discogs.rows import account, release_id, track_id
from linernotes.sources.discogs.shelf import Shelf, ShelvedArtist, first_artist
from linernotes.sources.discogs.tracklist import Entry, read_tracklist
from linernotes.sources.discogs.union import MASTER, RELEASE, Union
from linernotes.sources.discogs.xml import Cut, read_dump
from linernotes.sources.matching import match_by_duration, read_title, same_song
from linernotes.sources.reading import iso_date, mappings, text, texts, whole

ALBUMS_A_PAGE = 50
TRACKS_A_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpSource(Source):
    """A source that was read from a dump, with what could not be used of it."""

    releases: int
    people: int
    problems: tuple[Problem, ...]


def is_dump(path: str) -> bool:
    """Whether a file is to be read as a dump: its name ends in .xml or .xml.gz."""
    return path.lower().endswith((".xml", ".xml.gz"))


def open_dump(path: str | Path) -> DumpSource:
    """Read a dump of releases or artists. Raises UsageError for a file that cannot be used.

    A second opening of an unchanged file in one process costs nothing.
    """
    place = Path(path).expanduser().absolute()
    beside = place.with_name(place.name.replace("releases", "artists"))
    files = [place, *([beside] if beside != place and beside.is_file() else [])]
    return _opened(tuple((file, _stamp(file)) for file in files))


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=2)
def _opened(files: tuple[tuple[Path, tuple[int, int]], ...]) -> DumpSource:
    place = files[0][0]
    name = f"file:{place.name}"
    shelf = Shelf(name)
    for file, _ in files:
        shelf.fill(file)
    shelf.finish()
    dump = Dump(shelf)
    return DumpSource(
        name=name,
        family=SOURCE,
        locator=f"file:{place}",
        fresh_for=None,
        catalogue=dump if shelf.releases else None,
        credits=dump if shelf.releases else None,
        profiles=dump if shelf.people else None,
        profile_schemes=frozenset({SOURCE}) if shelf.people else frozenset(),
        releases=shelf.releases,
        people=shelf.people,
        problems=tuple(shelf.problems),
    )


def account_dump(path: str | Path, is_ours: Callable[[str], bool]) -> Counter[str]:
    """What becomes of every row of credits in a dump of releases: see `rows.account`."""
    kind, records = read_dump(Path(path).expanduser())
    total: Counter[str] = Counter()
    for record in records if kind == "releases" else ():
        if isinstance(record, Cut):
            continue
        rows = account(record, is_ours)
        total.update(rows if first_artist(record) is not None else {"refused: unknown_artist": rows.total()})
    return total


class Dump:
    """Implements Catalogue, Credits and Profiles of `model.source`."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def artists(self, name: str) -> Sequence[ArtistFact]:
        """Those of that name; where there are none, those whose name differs in accents or punctuation only."""
        asked = artist_id_of(name)
        if asked is not None:
            known = self._shelf.artists(number=asked.value) if asked.scheme == SOURCE else []
            return tuple(_artist(artist) for artist in known)
        try:
            same, alike = name_key(name), search_key(name)
        except ValueError:  # a name without a visible sign
            return ()
        if found := self._shelf.artists(key=same):
            return tuple(_artist(artist) for artist in found)
        return tuple(_artist(artist, score=90) for artist in self._shelf.artists(search=alike))

    async def everyone(self) -> Sequence[ArtistFact]:
        """Every artist with a release of their own, Various among them."""
        return tuple(_artist(artist) for artist in self._shelf.artists())

    async def albums(self, artist: ArtistRef, offset: int) -> Page[AlbumFact]:
        """A page of the releases under an artist, in the order of the dump."""
        number = value_of(artist.ids, SOURCE)
        if number is None:
            return Page(())
        start = max(0, offset)
        keys = self._shelf.albums_of(number, start, ALBUMS_A_PAGE + 1)
        albums = (self._album(key, number) for key in keys[:ALBUMS_A_PAGE])
        return Page(tuple(albums), start + ALBUMS_A_PAGE if len(keys) > ALBUMS_A_PAGE else None)

    def _album(self, key: str, artist: str) -> AlbumFact:
        versions = self._shelf.versions(key, artist)
        best = versions[0]
        ids = [ExternalId(RELEASE, release_id(version)) for version in versions]
        master = whole(best, "master_id")
        if master and self._shelf.has_one_artist(key):
            ids.insert(0, ExternalId(MASTER, str(master)))
        return AlbumFact(
            name=display_name(text(best, "title")) or "[untitled]",
            ids=tuple(ids),
            release_date=min(filter(None, (iso_date(text(v, "released")) for v in versions)), default=None),
            kind=kind_of(best),
            url=release_page(release_id(best)),
            edition=release_id(best),
        )

    async def tracks(self, album: AlbumRef, offset: int) -> Page[TrackFact]:
        """A page of an album's tracks: those of its edition, then what its other versions have more."""
        listed = tracks_of(self._releases(album))
        start = max(0, offset)
        following = start + TRACKS_A_PAGE
        return Page(tuple(listed[start:following]), following if following < len(listed) else None)

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        """What all versions of the album say about these tracks (rule S4)."""
        union = Union(album, tracks)
        for release in self._releases(album):
            union.add(release)
        return union.answer()

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """Links, other names and members of those producers who are in the dump of artists."""
        numbers = {p: number for p in producers if (number := value_of(p.ids, SOURCE)) is not None}
        known = self._shelf.people_of(set(numbers.values()))
        return {p.id: parse_profile(known[n], n, p.name) for p, n in numbers.items() if n in known}

    def _releases(self, album: AlbumRef) -> list[Json]:
        """The releases that stand for an album, its edition first."""
        linked = [i.value for i in album.ids if i.scheme == RELEASE]
        if not linked:
            masters = (i.value for i in album.ids if i.scheme == MASTER)
            return [release for master in masters for release in self._shelf.versions(f"m{master}")]
        return self._shelf.by_number([*([album.edition] if album.edition else []), *linked])


def _artist(artist: ShelvedArtist, score: int = 100) -> ArtistFact:
    return ArtistFact(
        name=artist.name,
        ids=(ExternalId(SOURCE, artist.number),),
        score=score,
        url=artist_page(artist.number),
        version=artist.version,
    )


_KINDS = {
    "compilation": ("compilation", "mixed"),
    "ep": ("ep", "mini-album"),
    "single": ("single", "maxi-single"),
    "album": ("album", "lp"),
}


def kind_of(release: Json) -> str:
    """album, single, ep or compilation, as the formats say; other where they do not."""
    said = {word.casefold() for form in mappings(release, "formats") for word in texts(form, "descriptions")}
    return next((kind for kind, words in _KINDS.items() if said.intersection(words)), "other")


def tracks_of(versions: Sequence[Json]) -> list[TrackFact]:
    """The tracks of the first version, then those of the others that no earlier one has."""
    found: list[TrackFact] = []
    places: Counter[int] = Counter()
    for number, release in enumerate(versions):
        own = read_tracklist(release).tracks
        added = [e for e in own if number == 0 or not any(_is_same(e, listed) for listed in found)]
        for entry in added:
            disc = disc_of(entry.position)
            places[disc] += 1
            found.append(_track(release, entry, disc, places[disc]))
    return found


def _is_same(entry: Entry, listed: TrackFact) -> bool:
    theirs, ours = read_title(entry.title), read_title(listed.name)
    if theirs is None or ours is None or not same_song(ours, theirs):
        return False
    return match_by_duration(listed.duration_ms, entry.duration_ms) is not None


def disc_of(position: str) -> int:
    """The disc of a position: `2-5` and `CD2-5` are on the second."""
    found = re.match(r"(?:CD|DVD|LP)?([1-9]\d?)-", position, re.IGNORECASE)
    return int(found[1]) if found else 1


def _track(release: Json, entry: Entry, disc: int, position: int) -> TrackFact:
    number = release_id(release)
    own_id = ExternalId(SOURCE, track_id(number, entry.span[0]))
    named = _artists(entry.artists)
    # A track by nobody in particular must not be taken for another of that title.
    recording_ids = (own_id,) if is_by_various(release) and not named else ()
    return TrackFact(
        name=display_name(entry.title) or "[untitled]",
        ids=(own_id,),
        recording_ids=recording_ids,
        duration_ms=entry.duration_ms,
        disc=disc,
        position=position,
        artists=named or _artists(mappings(release, "artists")),
        url=release_page(number),
    )


def _artists(credited: Sequence[Json]) -> tuple[str, ...]:
    return tuple(name for artist in credited if (name := shown(text(artist, "name"))))
