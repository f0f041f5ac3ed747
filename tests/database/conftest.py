"""A small world to store: rows as the stages make them, naming only what a test is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from linernotes.database.store import store_rows
from linernotes.model.catalogue import ExternalId, Problem
from linernotes.model.forgetting import ForgetKey
from linernotes.model.names import display_name, name_key, search_key
from linernotes.model.rows import AlbumRow, ArtistRow, ClaimRow, Key, LookupRow, PersonRow, Row, TrackRow
from linernotes.model.titles import title_of
from linernotes.queues.belt import Belt
from tests.database.belts import NOW, Clock
from tests.database.runs import Office, Run
from tests.database.watching import Watch


def by_name(value: str) -> tuple[ExternalId, ...]:
    return (ExternalId("name", value),)


def person(name: str, *ids: str, kind: str | None = None) -> PersonRow:
    """ids are written scheme:value."""
    return PersonRow(
        name=display_name(name),
        name_key=name_key(name),
        search_key=search_key(name),
        ids=tuple(ExternalId(*i.split(":", 1)) for i in ids),
        kind=kind,
    )


@dataclass(frozen=True)
class StoredTrack:
    id: UUID
    recording_id: UUID


class World:
    """Stores artists, albums, tracks and claims through the calls that the shell makes."""

    def __init__(self, pool: Any, db: Connection[Any], forget_key: ForgetKey | None = None) -> None:
        self.pool = pool
        self.forget_key = forget_key
        self.db = db
        self.now = NOW

    async def store(self, rows: Sequence[Row], problems: Sequence[Problem] = ()) -> dict[Key, UUID]:
        async with self.pool.connection() as connection, connection.transaction():
            return await store_rows(connection, rows, problems, self.now, self.forget_key)

    async def album(self, name: str = "Album", artist: str = "Artist", **more: Any) -> UUID:
        artist_row = ArtistRow(ids=by_name(name_key(artist)), name=artist)
        artist_id = (await self.store([artist_row]))[artist_row.key]
        row = AlbumRow(
            **{"ids": by_name(f"{artist}/{name}"), "name": name, "artist_id": artist_id, "metadata": {}, **more}
        )
        return (await self.store([row]))[row.key]

    def track_row(self, name: str, album_id: UUID, artist: str = "Artist", **more: Any) -> TrackRow:
        title = title_of(name)
        return TrackRow(
            **{
                "ids": by_name(f"{album_id}/{name}"),
                "recording_ids": (),
                "album_id": album_id,
                "name": name,
                "title_key": title.key,
                "artist_key": name_key(artist),
                "version_class": title.version,
                "remixer_key": search_key(title.remixer) if title.remixer else "",
                "source": "test",
                "record": name,
                **more,
            }
        )

    async def track(
        self, name: str = "Song", *, album: str = "Album", artist: str = "Artist", **more: Any
    ) -> StoredTrack:
        row = self.track_row(name, await self.album(album, artist), artist, **more)
        track_id = (await self.store([row]))[row.key]
        found = self.db.execute("select recording_id from tracks where id = %s", [track_id]).fetchone()
        assert found
        return StoredTrack(track_id, found[0])

    async def claim(self, track: StoredTrack, *claims: ClaimRow, source: str = "test") -> dict[Key, UUID]:
        """One source's answer about a track: exactly these claims."""
        lookup = LookupRow(recording_id=track.recording_id, track_id=track.id, source=source, claims=len(claims))
        return await self.store([lookup, *claims])

    def credits(self, track: StoredTrack | None = None) -> list[tuple[Any, ...]]:
        """(producer, role, confidence) of a track, or of all."""
        return self.db.execute(
            "select p.name, x.role, x.confidence::float from track_producers x"
            " join producers p on p.id = x.producer_id where %(track)s::uuid is null or x.track_id = %(track)s"
            " order by 1, 2, 3",
            {"track": track.id if track else None},
        ).fetchall()


def said(
    track: StoredTrack, who: PersonRow, role: str = "producer", *, source: str = "test", **more: Any
) -> ClaimRow:
    """A claim of a source at recording level, with a confidence of 0.95 unless said otherwise."""
    return ClaimRow(
        **{
            "recording_id": track.recording_id,
            "track_id": track.id,
            "person": who,
            "role": role,
            "source": source,
            "record": "record 1",
            "family": source,
            "scope": "recording",
            "raw_role": role,
            "credited_as": who.name,
            "by_name": not who.ids,
            "url": None,
            "base": 0.95,
            "match": 1.0,
            **more,
        }
    )


@pytest.fixture
def world(pool: Any, db: Connection[Any]) -> World:
    return World(pool, db)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(pool, clock) -> Belt:
    return Belt(pool, worker="one", now=clock, max_attempts=3)


@pytest.fixture
def rival(pool, clock) -> Belt:
    return Belt(pool, worker="two", now=clock, max_attempts=3)


@pytest.fixture
def run(pool: Any, db: Connection[Any]) -> Run:
    return Run(pool, db)


@pytest.fixture
def office(pool: Any, db: Connection[Any]) -> Office:
    return Office(pool, db)


@pytest.fixture
def watch(pool: Any, db: Connection[Any]) -> Watch:
    return Watch(pool, db)
