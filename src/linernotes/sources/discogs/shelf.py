"""A dump put on a shelf: its records in a private temporary database, found by number, artist or album.

A dump holds up to twenty million releases, so nothing of it stays in memory; the shelf lies on disk (SQLite's own
temporary file, gone with the process).
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from linernotes.model.catalogue import Json, Problem
from linernotes.model.names import name_key, search_key
from linernotes.sources.discogs.names import VARIOUS, id_of, person_of, shown
from linernotes.sources.discogs.xml import Cut, read_dump
from linernotes.sources.reading import mappings, text, whole

_TABLES = """
create table release (
    place integer primary key, number text, artist text, album text, is_main integer, body blob);
create table artist (number text primary key, name text, name_key text, search_key text, version integer);
create table person (number text primary key, body blob);
"""
_INDEXES = """
create index release_number on release (number);
create index release_artist on release (artist, album);
create index release_album on release (album);
create index artist_name_key on artist (name_key);
create index artist_search_key on artist (search_key);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedArtist:
    """An artist with releases of their own. version changes with what the dump says of them."""

    number: str
    name: str
    version: str


class Shelf:
    """The records of one dump, and of the artists' dump beside it."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._db = sqlite3.connect("", check_same_thread=False)
        self._db.executescript(_TABLES)
        self.releases = 0
        self.people = 0
        self.problems: list[Problem] = []

    def fill(self, path: Path) -> None:
        """Put every record of a dump on the shelf. Raises UsageError for a file that is no dump."""
        kind, records = read_dump(path)
        with self._db:
            for record in records:
                if isinstance(record, Cut):
                    self._complain(path.name, "damaged_file", record.why)
                elif kind == "releases":
                    self._add_release(record)
                else:
                    self._add_person(record)

    def finish(self) -> None:
        """After the last dump: make the shelf searchable."""
        self._db.executescript(_INDEXES)

    def _complain(self, record: str, kind: str, detail: str) -> None:
        self.problems.append(Problem(source=self._source, record=record, kind=kind, detail=detail))

    def _add_release(self, release: Json) -> None:
        number, artist = str(whole(release, "id") or ""), first_artist(release)
        if not number or not text(release, "title"):
            self._complain(number, "unusable_record", "a release without a number or a title")
            return
        if artist is None:
            named = ", ".join(text(a, "name") for a in mappings(release, "artists")) or "nobody"
            detail = (
                f"the release {text(release, 'title')!r} is by {named}: its tracks cannot be told apart by artist"
            )
            self._complain(number, "unknown_artist", detail)
            return
        body = zlib.compress(json.dumps(release).encode(), 1)
        master = whole(release, "master_id")
        row = (
            number,
            artist[0],
            f"m{master}" if master else f"r{number}",
            bool(release.get("is_main_release")),
            body,
        )
        self._db.execute("insert into release (number, artist, album, is_main, body) values (?, ?, ?, ?, ?)", row)
        self._db.execute(
            "insert into artist values (?, ?, ?, ?, ?)"
            " on conflict (number) do update set version = (artist.version * 31 + excluded.version) % 4294967296",
            (artist[0], artist[1], name_key(artist[1]), search_key(artist[1]), zlib.crc32(body)),
        )
        self.releases += 1

    def _add_person(self, artist: Json) -> None:
        number = id_of(artist)
        if not number:
            self._complain("", "unusable_record", f"the artist {text(artist, 'name')!r} has no number")
            return
        body = zlib.compress(json.dumps(artist).encode(), 1)
        self._db.execute("insert or replace into person values (?, ?)", (number, body))
        self.people += 1

    # ---- what is asked of it

    def artists(
        self, *, key: str | None = None, search: str | None = None, number: str | None = None
    ) -> list[ShelvedArtist]:
        """Artists of a name key, a search key or a number; without any all of them."""
        where, values = "", []
        if key is not None:
            where, values = " where name_key = ?", [key]
        elif search is not None:
            where, values = " where search_key = ?", [search]
        elif number is not None:
            where, values = " where number = ?", [number]
        rows = self._db.execute(f"select number, name, version from artist{where} order by rowid", values)  # noqa: S608
        return [ShelvedArtist(number=n, name=name, version=f"{version:08x}") for n, name, version in rows]

    def albums_of(self, artist: str, offset: int, size: int) -> list[str]:
        """The keys of an artist's albums in the order of the dump: versions of one master are one album."""
        rows = self._db.execute(
            "select album from release where artist = ? group by album order by min(place) limit ? offset ?",
            (artist, size, offset),
        )
        return [album for (album,) in rows]

    def versions(self, album: str, artist: str | None = None) -> list[Json]:
        """The releases of an album, the main one first; those under one artist only, when one is named."""
        whose, values = ("", [album]) if artist is None else (" and artist = ?", [album, artist])
        rows = self._db.execute(
            f"select body from release where album = ?{whose} order by is_main desc, place",  # noqa: S608
            values,
        )
        return [_opened(body) for (body,) in rows]

    def has_one_artist(self, album: str) -> bool:
        """Whether all versions of an album stand under one artist."""
        (count,) = self._db.execute("select count(distinct artist) from release where album = ?", (album,)).fetchone()
        return bool(count == 1)

    def by_number(self, numbers: Sequence[str]) -> list[Json]:
        """Releases in the order of their numbers; what is not there is left out."""
        found = []
        for number in dict.fromkeys(numbers):
            row = self._db.execute("select body from release where number = ?", (number,)).fetchone()
            if row is not None:
                found.append(_opened(row[0]))
        return found

    def people_of(self, numbers: Iterable[str]) -> dict[str, Json]:
        """Artists' records by their numbers."""
        found = {}
        for number in numbers:
            row = self._db.execute("select body from person where number = ?", (number,)).fetchone()
            if row is not None:
                found[number] = _opened(row[0])
        return found


def _opened(body: bytes) -> Json:
    return json.loads(zlib.decompress(body))


def first_artist(release: Json) -> tuple[str, str] | None:
    """Number and name of the artist under whom a release stands: the first one credited, or Various."""
    for artist in mappings(release, "artists"):
        if id_of(artist) == VARIOUS:
            return VARIOUS, "Various"
        person = person_of(artist)
        if person is not None:
            return id_of(artist), shown(text(artist, "name"))
        break
    return None
