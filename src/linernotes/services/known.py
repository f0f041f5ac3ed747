"""What the base, or a local source, knows of an artist before it is discovered. Reads only; asks no web source."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import AlbumFact, AlbumRef, ArtistRef, ExternalId, Json, TrackFact, TrackRef
from linernotes.model.names import search_key
from linernotes.model.source import Catalogue, Credits
from linernotes.model.titles import isrc_of
from linernotes.pipeline.artist_discovery import chosen
from linernotes.queries import load_queries
from linernotes.sources.asking import KnownAlbum, KnownArtist
from linernotes.sources.transport import note_key

_SQL = load_queries("linernotes.services", "known.sql")

NOBODYS = UUID(int=0)
"""In place of an id where there is no row yet."""


def done_until(db: Connection[Any], key: str, now: datetime) -> tuple[bool, datetime | None]:
    """Whether a discovery counts as done, and until when (None: for ever)."""
    row = db.execute(_SQL["done"], {"key": key, "now": now}).fetchone()
    return row is not None, row[0] if row is not None else None


def from_base(db: Connection[Any], name: str, source: str, now: datetime) -> KnownArtist | None:
    """The artist of this name or id, if the source has brought its albums before."""
    by = artist_id_of(name)
    with db.cursor(row_factory=dict_row) as cursor:
        asked = {
            "wanted": search_key(name),
            "source": source,
            "scheme": by.scheme if by else None,
            "value": by.value if by else None,
        }
        found = cursor.execute(_SQL["artist"], asked).fetchone()
        if found is None:
            return None
        values = {"artist_id": found["id"], "source": source, "now": now}
        albums = cursor.execute(_SQL["albums"], values).fetchall()
        people = cursor.execute(_SQL["people"], values).fetchall()
    artist = ArtistRef(id=found["id"], name=found["name"], ids=_ids(found["ids"]))
    return KnownArtist(
        name=artist.name,
        ids=artist.ids,
        albums=tuple(_album(row, artist, source) for row in albums),
        people=tuple(_ids(row["ids"]) for row in people),
    )


def _album(row: dict[str, Any], artist: ArtistRef, source: str) -> KnownAlbum:
    album = AlbumRef(id=row["id"], name=row["name"], artist=artist, ids=_ids(row["ids"]), edition=row["edition"])
    tracks = tuple(
        TrackRef(
            id=NOBODYS,
            name=track["name"],
            recording_id=NOBODYS,
            ids=(ExternalId(source, track["id"]),) if track["id"] else (),
            isrc=track["isrc"],
            duration_ms=track["duration_ms"],
        )
        for track in row["tracks"]
    )
    return KnownAlbum(album=album, tracks=tracks)


def _ids(pairs: Iterable[Sequence[str]]) -> tuple[ExternalId, ...]:
    return tuple(ExternalId(scheme, value) for scheme, value in pairs)


async def from_local(catalogue: Catalogue, credits: Credits | None, name: str) -> KnownArtist | None:
    """The artist as a local source (a file, the sample) lists it: looking there costs nothing.

    Its people are known where the source names them, unless recordings have ISRCs, by which others may name more.
    """
    fact = chosen(name, await catalogue.artists(name))
    if fact is None:
        return None
    artist = ArtistRef(id=NOBODYS, name=fact.name, ids=fact.ids)
    albums: list[KnownAlbum] = []
    people: dict[tuple[ExternalId, ...], None] = {}
    offset: int | None = 0
    while offset is not None:
        page = await catalogue.albums(artist, offset)
        for album in page.items:
            known = await _local_album(catalogue, _album_ref(album, artist))
            albums.append(known)
            answer = await credits.credits(known.album, known.tracks) if credits is not None else None
            for claims in answer.claims.values() if answer is not None else ():
                people |= dict.fromkeys(claim.person.ids for claim in claims if claim.person.ids)
        offset = page.next_offset
    coded = any(track.isrc for known in albums for track in known.tracks)
    return KnownArtist(
        name=artist.name, ids=artist.ids, albums=tuple(albums), people=None if coded else tuple(people)
    )


def _album_ref(fact: AlbumFact, artist: ArtistRef) -> AlbumRef:
    return AlbumRef(id=NOBODYS, name=fact.name, artist=artist, ids=fact.ids, edition=fact.edition)


async def _local_album(catalogue: Catalogue, album: AlbumRef) -> KnownAlbum:
    tracks: list[TrackRef] = []
    offset: int | None = 0
    while offset is not None:
        page = await catalogue.tracks(album, offset)
        tracks += (_track_ref(fact, UUID(int=len(tracks) + n)) for n, fact in enumerate(page.items, start=1))
        offset = page.next_offset
    return KnownAlbum(album=album, tracks=tuple(tracks))


def _track_ref(fact: TrackFact, number: UUID) -> TrackRef:
    isrc = next((code for raw in fact.isrcs if (code := isrc_of(raw)) is not None), None)
    return TrackRef(
        id=number,
        name=fact.name,
        recording_id=NOBODYS,
        ids=fact.ids,
        recording_ids=fact.recording_ids,
        isrc=isrc,
        duration_ms=fact.duration_ms,
    )


def kept(db: Connection[Any], questions: Sequence[tuple[str, str]], now: datetime) -> set[tuple[str, str]]:
    """Of questions (source, key) those whose answer is kept and fresh."""
    values = {"sources": [s for s, _ in questions], "requests": [r for _, r in questions], "now": now}
    return {(row[0], row[1]) for row in db.execute(_SQL["kept"], values).fetchall()}


def notes(db: Connection[Any], source: str, names: Sequence[str], base_url: str, now: datetime) -> dict[str, Json]:
    """What a source's transport has noted under these names."""
    keys = {note_key(name, base_url): name for name in names}
    rows = db.execute(_SQL["notes"], {"source": source, "requests": list(keys), "now": now}).fetchall()
    return {keys[request]: json.loads(zlib.decompress(body)) for request, body in rows}


def why_waiting(db: Connection[Any]) -> list[str]:
    """Why work was put off lately: what a person may have to do before it goes on."""
    return [row[0] for row in db.execute(_SQL["why_waiting"]).fetchall()]
