"""Rows to facts and claims: the artists, albums and tracks of a table, and what each row says of its people.

Two rows of one artist, album and track are one track, and everybody they name counts. Nothing here touches a disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from linernotes.model.catalogue import ExternalId, Problem
from linernotes.model.claim import Claim, Level, Match
from linernotes.model.names import display_name, is_unknown, name_key
from linernotes.model.titles import isrc_of
from linernotes.sources.tables.columns import ID_FIELD, WIDE_ROLES
from linernotes.sources.tables.drafts import DraftAlbum, DraftArtist, DraftTrack
from linernotes.sources.tables.listing import UNIT, Listing, name_id, why_no_title
from linernotes.sources.tables.people import Named, Resolve, people_in
from linernotes.sources.tables.table import Row, as_text, parts
from linernotes.sources.tables.values import (
    read_date,
    read_duration,
    read_id,
    read_position,
    read_recording_id,
    web_address,
)

_title = lru_cache(maxsize=65_536)(display_name)
_key = lru_cache(maxsize=65_536)(name_key)
_is_unknown = lru_cache(maxsize=65_536)(is_unknown)

KINDS = frozenset({"album", "single", "ep", "compilation"})


def listing(source: str, rows: Sequence[Row], resolve: Resolve) -> Listing:
    """Order rows by artist, album and track, and read their claims. A row without artist or track is a problem."""
    return _Reading(source, resolve, _ids_of_names(source, rows)).read(rows)


class _Reading:
    """One pass over the rows: what was found so far."""

    def __init__(self, source: str, resolve: Resolve, ids_of_names: Mapping[str, ExternalId]) -> None:
        self.source = source
        self.resolve = resolve
        self.ids_of_names = ids_of_names
        self.artists: dict[str, DraftArtist] = {}
        self.problems: list[Problem] = []

    def read(self, rows: Sequence[Row]) -> Listing:
        for row in rows:
            self.read_row(row)
        return Listing(tuple(artist.listed() for artist in self.artists.values()), tuple(self.problems))

    def read_row(self, row: Row) -> None:
        artists = tuple(filter(None, map(_title, parts(row.cells.get("artist", "")))))
        name = _title(as_text(row.cells.get("track", "")))
        album_name = _title(as_text(row.cells.get("album", "")))
        if why := _unusable(artists, album_name, name):
            self.problems.append(self.problem(row, "unusable_row", why))
            return
        artist = self.artist(row, artists[0])
        album = self.album(row, artist, album_name, name)
        track = self.track(row, album, artists, name)
        self.read_facts(row, album, track)
        self.read_people(row, artist, track)
        artist.said.update(repr(sorted(row.cells.items())).encode())

    def artist(self, row: Row, name: str) -> DraftArtist:
        known_as = _artist_id(self.source, row) or self.ids_of_names.get(_key(name))
        key = f"{known_as.scheme}:{known_as.value}" if known_as else _key(name)
        if key not in self.artists:
            ids = (known_as or name_id(key),)
            self.artists[key] = DraftArtist(name=name, ids=ids, key=key)
        return self.artists[key]

    def album(self, row: Row, artist: DraftArtist, name: str, track_name: str) -> DraftAlbum:
        """The row's album; a row without one is a single named as its track, apart from an album of that name."""
        kind = as_text(row.cells.get("kind", "")).casefold()
        kind = (kind if kind in KINDS else "album") if name else "single"
        key = UNIT.join((artist.key, _key(name or track_name), *(["single"] if kind == "single" else [])))
        if key not in artist.albums:
            artist.albums[key] = DraftAlbum(name=name or track_name, key=key, kind=kind)
        return artist.albums[key]

    def track(self, row: Row, album: DraftAlbum, artists: tuple[str, ...], name: str) -> DraftTrack:
        isrcs = tuple(filter(None, map(_title, parts(row.cells.get("isrc", "")))))
        key = UNIT.join((_key(name), *(isrc_of(isrc) or isrc for isrc in isrcs[:1])))
        if key not in album.tracks:
            ids = (name_id(album.key + UNIT + key),)
            album.tracks[key] = DraftTrack(name=name, ids=ids, artists=artists, line=row.line, isrcs=isrcs)
        return album.tracks[key]

    def read_facts(self, row: Row, album: DraftAlbum, track: DraftTrack) -> None:
        cells = row.cells
        if (text := _first_artist_id(row)) and read_id(text, self.source) is None:
            self.complain(row, track, "unusable_id", f"{text!r} is no id of its kind: the artist is taken by name")
        if (text := as_text(cells.get("release_date", ""))) and text not in album.complained:
            found = read_date(text)
            album.release_date = album.release_date or found.iso
            if found.complaint:
                album.complained.add(text)
                self.complain(row, track, "unusable_date", found.complaint)
        for name in ("duration_ms", "duration_s", "duration"):
            if text := as_text(cells.get(name, "")):
                duration = read_duration(name, text)
                track.duration_ms = track.duration_ms or duration.value
                if duration.complaint:
                    self.complain(row, track, "unusable_duration", duration.complaint)
        if text := as_text(cells.get("track_number", "")):
            self.read_position(row, track, text)
        for isrc in track.isrcs if row.line == track.line else ():
            if isrc_of(isrc) is None:
                self.complain(row, track, "unusable_isrc", f"{isrc!r} is no ISRC: it is kept and not used")
        if text := as_text(cells.get("recording_id", "")):
            known_as = read_recording_id(text, self.source)
            if known_as is None:
                self.complain(row, track, "unusable_id", f"{text!r} is no id of its kind")
            elif known_as not in track.recording_ids:
                track.recording_ids = (*track.recording_ids, known_as)

    def read_position(self, row: Row, track: DraftTrack, text: str) -> None:
        position = read_position(text)
        if position.complaint:
            self.complain(row, track, "unusable_position", position.complaint)
        elif track.position is None:
            track.position = position.value
        elif position.value not in (None, track.position):
            why = f"track {position.value} here and {track.position} on an earlier line: kept as one track"
            self.complain(row, track, "conflicting_rows", why)

    def read_people(self, row: Row, artist: DraftArtist, track: DraftTrack) -> None:
        text = as_text(row.cells.get("source_url", ""))
        url = web_address(text) if text else None
        if text and not url:
            self.complain(row, track, "unusable_url", f"{text[:80]!r} is no web address: the row is undocumented")
        track.url = track.url or url
        for raw_role, named in self.credits_of(row, track):
            claim = Claim(
                person=named.person,
                raw_role=raw_role,
                level=Level.RECORDING,
                match=Match.SHARED_ID,
                record=f"line {row.line}",
                credited_as=named.written,
                url=url,
                documented=url is not None,
            )
            artist.said.update(f"{named.identity}{UNIT}{named.person.name}{UNIT}".encode())
            key = (raw_role.casefold(), named.identity)
            if key not in track.claims or (claim.documented and not track.claims[key].documented):
                track.claims[key] = claim

    def credits_of(self, row: Row, track: DraftTrack) -> Iterator[tuple[str, Named]]:
        """Role and person of every credit in the row: the long form's one, the wide form's lists."""
        role = ", ".join(filter(None, parts(row.cells.get("role", ""))))
        if ("person" in row.cells) != bool(role):
            what = f"the role {role!r} has no person" if role else f"{as_text(row.cells['person'])!r} has no role"
            self.complain(row, track, "unusable_credit", what)
        elif role:
            yield from ((role, named) for named in self.people(row, track, "person", role))
        for people, raw_role in WIDE_ROLES.items():
            if people in row.cells:
                yield from ((raw_role, named) for named in self.people(row, track, people, raw_role))

    def people(self, row: Row, track: DraftTrack, people: str, role: str) -> list[Named]:
        named, complaints = people_in(row.cells[people], row.cells.get(ID_FIELD[people], ""), self.resolve)
        for complaint in complaints:
            self.complain(row, track, complaint.kind, f"{role}: {complaint.why}")
        return named

    def complain(self, row: Row, track: DraftTrack, kind: str, why: str) -> None:
        problem = self.problem(row, kind, f"{track.name!r} by {track.artists[0]}: {why}")
        self.problems.append(problem)
        track.problems.append(problem)

    def problem(self, row: Row, kind: str, detail: str) -> Problem:
        return Problem(source=self.source, record=f"line {row.line}", kind=kind, detail=detail)


def _unusable(artists: Sequence[str], album: str, track: str) -> str:
    """Why a row tells of no track; '' when it does."""
    if not artists:
        return "no artist"
    if not track:
        return "no track"
    if _is_unknown(artists[0]):
        return f"the artist is {artists[0]!r}"
    return next(filter(None, map(why_no_title, (*artists, album, track))), "")


def _first_artist_id(row: Row) -> str:
    """The id as written beside the first artist's name, '' where there is none."""
    if "artist_id" not in row.cells:
        return ""
    names, ids = parts(row.cells.get("artist", "")), parts(row.cells["artist_id"])
    return next((id_text for name, id_text in zip(names, ids, strict=False) if _title(name)), "")


def _artist_id(source: str, row: Row) -> ExternalId | None:
    """The first artist's id, where the file has one that can be read."""
    text = _first_artist_id(row)
    return read_id(text, source) if text else None


def _ids_of_names(source: str, rows: Sequence[Row]) -> dict[str, ExternalId]:
    """For rows that leave the artist's id out: the id that the name has elsewhere, if it has one only."""
    found: dict[str, set[ExternalId]] = {}
    for row in rows:
        if known_as := _artist_id(source, row):
            name = next(filter(None, map(_title, parts(row.cells["artist"]))))
            found.setdefault(_key(name), set()).add(known_as)
    return {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1}
