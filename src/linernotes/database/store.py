"""The calls the stages and their shell make: what they read of ours, and how a batch's rows are stored.

Every call is a fixed number of statements, whatever the size of the batch. The SQL stands in store.sql and, for what
is written, in functions/linernotes/store_*.sql.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from psycopg import AsyncConnection, Connection
from psycopg.rows import TupleRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, Problem, TrackRef
from linernotes.model.claim import ProducerRef
from linernotes.model.forgetting import ForgetKey, marks_within
from linernotes.model.rows import (
    AlbumRow,
    ArtistRow,
    ClaimRow,
    Key,
    LookupRow,
    PersonRow,
    ProfileRow,
    Row,
    TrackRow,
    UnenrichedRow,
)
from linernotes.queries import load_queries

SQL = load_queries("linernotes.database", "store.sql")
Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]
R = TypeVar("R")

LOOKED_THROUGH_AT_ONCE = 200
"""Problems; each has some hundred runs of words that may be a name."""


def jsonb(value: Any) -> Jsonb:
    """A parameter of type jsonb, straight from our frozen values."""
    return Jsonb(value, dumps=orjson.dumps)


@dataclass(frozen=True, slots=True)
class TrackInHand:
    """A track that a message is about, and the album it stands on."""

    track: TrackRef
    album_id: UUID


class Store:
    """What a stage may read while it gathers its facts."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def artists(self, ids: Iterable[UUID]) -> dict[UUID, ArtistRef]:
        """Those of these artists that exist, by id."""
        rows = await self._read("artists", {"ids": list(ids)})
        return {r["id"]: ArtistRef(id=r["id"], name=r["name"], ids=_ids(r["ids"])) for r in rows}

    async def albums(self, ids: Iterable[UUID]) -> dict[UUID, AlbumRef]:
        """Those of these albums that exist, by id, each with its artist."""
        rows = await self._read("albums", {"ids": list(ids)})
        artists = await self.artists({r["artist_id"] for r in rows})
        return {
            r["id"]: AlbumRef(
                id=r["id"],
                name=r["name"],
                artist=artists[r["artist_id"]],
                ids=_ids(r["ids"]),
                edition=r["edition"],
                release_date=r["release_date"],
            )
            for r in rows
        }

    async def albums_of(self, artist_id: UUID, source: str, *, unread: bool = False) -> list[tuple[UUID, str]]:
        """Id and name of the artist's albums that a source has brought, oldest first; unread: without tracks."""
        rows = await self._read("albums_of", {"artist_id": artist_id, "source": source, "unread": unread})
        return [(r["id"], r["name"]) for r in rows]

    async def albums_read(self, artist_id: UUID) -> frozenset[ExternalId]:
        """The ids of the artist's albums that have tracks already."""
        rows = await self._read("albums_read", {"artist_id": artist_id})
        return frozenset(ExternalId(r["scheme"], r["value"]) for r in rows)

    async def tracks(self, ids: Iterable[UUID]) -> dict[UUID, TrackInHand]:
        """Those of these tracks that exist and carry a recording, by id."""
        rows = await self._read("tracks", {"ids": list(ids)})
        return {
            r["id"]: TrackInHand(
                TrackRef(
                    id=r["id"],
                    name=r["name"],
                    recording_id=r["recording_id"],
                    ids=_ids(r["ids"]),
                    recording_ids=_ids(r["recording_ids"]),
                    isrc=r["isrc"],
                    duration_ms=r["duration_ms"],
                    version_class=r["version_class"] or "original",
                ),
                r["album_id"],
            )
            for r in rows
        }

    async def producers(self, ids: Iterable[UUID]) -> dict[UUID, ProducerRef]:
        """Those of these producers that exist, by id."""
        rows = await self._read("producers", {"ids": list(ids)})
        return {
            r["id"]: ProducerRef(id=r["id"], name=r["name"], ids=_ids(r["ids"]), handles=_ids(r["handles"]))
            for r in rows
        }

    async def _read(self, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        async with self._pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            return await (await cursor.execute(SQL[name], parameters)).fetchall()


async def hand_key(connection: AsyncConnection[TupleRow], key: ForgetKey | None) -> None:
    """Let this transaction recognise who was forgotten. Without a key it stores people only where nobody was."""
    if key is not None:
        await connection.execute(SQL["hand_key"], {"key": key.hex, "local": True})


def hand_key_to(db: Connection[TupleRow], key: ForgetKey | None) -> None:
    """The same for a session, to its end."""
    if key is not None:
        db.execute(SQL["hand_key"], {"key": key.hex, "local": False})


def _ids(pairs: list[list[str]]) -> tuple[ExternalId, ...]:
    return tuple(ExternalId(scheme, value) for scheme, value in pairs)


async def store_rows(
    connection: AsyncConnection[TupleRow],
    rows: Sequence[Row],
    problems: Sequence[Problem],
    now: datetime,
    key: ForgetKey | None = None,
) -> dict[Key, UUID]:
    """Store a batch's rows inside the caller's transaction; the id of each thing by its key.

    People who were forgotten are recognised by the key: they are not stored, and have no id.
    """
    await hand_key(connection, key)
    ids: dict[Key, UUID] = {}
    for name, kind in (("store_artists", ArtistRow), ("store_albums", AlbumRow), ("store_tracks", TrackRow)):
        ids |= await _store_things(connection, name, [r for r in rows if isinstance(r, kind)], now)
    ids |= await _store_claims(
        connection,
        [r for r in rows if isinstance(r, LookupRow)],
        [r for r in rows if isinstance(r, ClaimRow)],
        now,
    )
    if profiles := [r for r in rows if isinstance(r, ProfileRow)]:
        await connection.execute(SQL["store_profiles"], {"rows": jsonb(profiles), "now": now})
    if unknown := [r.producer_id for r in rows if isinstance(r, UnenrichedRow)]:
        await connection.execute(SQL["note_unenriched"], {"producers": unknown, "now": now})
    if problems:
        await connection.execute(SQL["hold_people"])
        cursor = await connection.execute(SQL["anybody_forgotten"])
        if await cursor.fetchone() == (True,):
            marks = _marks_of(problems, key)
            listed = await connection.execute(SQL["listed_marks"], {"marks": [m for each in marks for m in each]})
            problems = _naming_nobody(problems, marks, {row[0] for row in await listed.fetchall()}, key)
        await connection.execute(SQL["note_problems"], {"rows": jsonb(problems), "now": now})
    return ids


def _marks_of(problems: Sequence[Problem], key: ForgetKey | None) -> list[set[bytes]]:
    return [marks_within(key, f"{p.record} {p.detail}") if key else set() for p in problems]


def _naming_nobody(
    problems: Sequence[Problem], marks: Sequence[set[bytes]], listed: set[bytes], key: ForgetKey | None
) -> list[Problem]:
    """The problems that tell of nobody who was forgotten; without a key nobody knows, and none is kept."""
    return [p for p, own in zip(problems, marks, strict=True) if key and not own & listed]


Thing = TypeVar("Thing", ArtistRow, AlbumRow, TrackRow)


async def _store_things(
    connection: AsyncConnection[TupleRow], name: str, rows: Sequence[Any], now: datetime
) -> dict[Key, UUID]:
    if not rows:
        return {}
    cursor = await connection.execute(SQL[name], {"rows": jsonb(rows), "now": now})
    return {row.key: found[0] for row, found in zip(rows, await cursor.fetchall(), strict=True)}


async def _store_claims(
    connection: AsyncConnection[TupleRow], lookups: Sequence[LookupRow], claims: Sequence[ClaimRow], now: datetime
) -> dict[Key, UUID]:
    if not lookups:
        return {}
    people: dict[Key, PersonRow] = {}
    for claim in claims:
        people.setdefault(claim.person.key, claim.person)
    place = {key: number for number, key in enumerate(people, start=1)}
    said = [_claim_json(claim, place[claim.person.key]) for claim in claims]
    cursor = await connection.execute(
        SQL["store_claims"],
        {
            "people": jsonb(list(people.values())),
            "lookups": jsonb(lookups),
            "claims": jsonb(said),
            "source": claims[0].source if claims else lookups[0].source,
            "now": now,
        },
    )
    found = zip(people, await cursor.fetchall(), strict=True)
    return {key: producer for key, (producer,) in found if producer is not None}


def _claim_json(claim: ClaimRow, person: int) -> dict[str, Any]:
    return {
        "recording_id": claim.recording_id,
        "track_id": claim.track_id,
        "person": person,
        "role": claim.role,
        "source": claim.source,
        "record": claim.record,
        "family": claim.family,
        "scope": claim.scope,
        "raw_role": claim.raw_role,
        "credited_as": claim.credited_as,
        "name_key": claim.person.name_key,
        "by_name": claim.by_name,
        "url": claim.url,
        "base": claim.base,
        "match": claim.match,
    }


def keep_problems(db: Connection[TupleRow], problems: Sequence[Problem], key: ForgetKey | None = None) -> None:
    """Keep what a source could not use of its own, for people to read; what is kept already stays as it is.

    What tells of somebody who was forgotten, by the key, is not kept.
    """
    if db.execute(SQL["anybody_forgotten"]).fetchone() == (True,):
        problems = [p for some in batched(problems, LOOKED_THROUGH_AT_ONCE) for p in _unforgotten(db, some, key)]
    db.execute(SQL["note_problems"], {"rows": jsonb(list(problems)), "now": datetime.now(UTC)})


def _unforgotten(db: Connection[TupleRow], problems: Sequence[Problem], key: ForgetKey | None) -> list[Problem]:
    marks = _marks_of(problems, key)
    found = db.execute(SQL["listed_marks"], {"marks": [m for each in marks for m in each]}).fetchall()
    return _naming_nobody(problems, marks, {row[0] for row in found}, key)


def batched(rows: Sequence[R], size: int) -> Iterator[Sequence[R]]:
    """The rows, so many at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
