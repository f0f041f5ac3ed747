"""Tracks settled per second through producer_identification, beside raw PGMQ in the same run.

    ./run bench pipeline [--tracks 20000] [--workers 1]

The source answers from memory, as one whose answers are cached does: what is measured is reading, deciding, storing
claims, concluding credits, sending follow-ups and deleting. Raw PGMQ reads 100 messages and deletes them, no more.
Runs in a database of its own on the server that LINERNOTES_DATABASE_URL names, or on the embedded one.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect, open_pool
from linernotes.database.store import Store, store_rows
from linernotes.model.catalogue import AlbumRef, ExternalId, TrackRef
from linernotes.model.claim import Claim, CreditAnswer, Level, Match, Person
from linernotes.model.message import Queue, Send
from linernotes.model.names import name_key
from linernotes.model.rows import AlbumRow, ArtistRow, TrackRow
from linernotes.model.source import Source
from linernotes.pipeline.shell import STAGES, Shell
from linernotes.queues import belt
from linernotes.queues.belt import Belt

TRACKS_AN_ALBUM = 12
PEOPLE = 2000


class FromMemory:
    """Two producers and two writers for every track, drawn from a fixed crowd."""

    def __init__(self) -> None:
        chance = random.Random(20261122)
        self._people = [
            Person(name=f"Person {n}", ids=(ExternalId("musicbrainz", f"person-{n}"),)) for n in range(PEOPLE)
        ]
        self._chance = chance

    async def credits(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> CreditAnswer:
        return CreditAnswer(claims={t.id: tuple(self._claims(t)) for t in tracks})

    def _claims(self, track: TrackRef) -> Iterator[Claim]:
        who = random.Random(track.recording_id.int).sample(self._people, 4)
        for person, role in zip(who, ("producer", "producer", "composer", "lyricist"), strict=True):
            yield Claim(
                person=person,
                raw_role=role,
                level=Level.RECORDING,
                match=Match.SHARED_ID,
                record=str(track.recording_id),
                url=f"https://example.org/recording/{track.recording_id}",
            )


class OneSource:
    """The registry of a process that knows one source."""

    def __init__(self) -> None:
        self._source = Source(
            name="memory",
            family="musicbrainz",
            locator="memory",
            fresh_for=None,
            credits=FromMemory(),
            profile_schemes=frozenset({"musicbrainz"}),
        )

    def catalogue(self, locator: str) -> Source:
        return self._source

    def credits(self, locator: str) -> Sequence[Source]:
        return [self._source]

    def profiles(self, locator: str) -> Sequence[Source]:
        return [self._source]


async def load_tracks(pool: belt.Pool, count: int) -> Mapping[UUID, UUID]:
    """Store an artist with that many tracks; album by track."""
    now = datetime.now(UTC)
    albums = -(-count // TRACKS_AN_ALBUM)
    artist = ArtistRow(ids=(ExternalId("name", "artist"),), name="Artist")
    async with pool.connection() as connection, connection.transaction():
        artist_id = (await store_rows(connection, [artist], [], now))[artist.key]
        rows = [
            AlbumRow(ids=(ExternalId("name", f"album {n}"),), name=f"Album {n}", artist_id=artist_id, metadata={})
            for n in range(albums)
        ]
        ids = await store_rows(connection, rows, [], now)
        tracks = [
            TrackRow(
                ids=(ExternalId("name", f"track {n}"),),
                recording_ids=(ExternalId("musicbrainz", f"recording-{n}"),),
                album_id=ids[rows[n // TRACKS_AN_ALBUM].key],
                name=f"Track {n}",
                title_key=f"track {n}",
                artist_key=name_key("Artist"),
                version_class="original",
                source="memory",
                record=str(n),
            )
            for n in range(count)
        ]
        stored = await store_rows(connection, tracks, [], now)
    return {stored[t.key]: t.album_id for t in tracks}


async def pipeline(url: str, count: int, workers: int) -> float:
    """Tracks settled per second."""
    async with await open_pool(url, workers + 1) as pool:
        albums = await load_tracks(pool, count)
        sends = [
            Send(
                queue=Queue.PRODUCER_IDENTIFICATION,
                about=track,
                id_field="trackId",
                body={"trackName": "x", "albumId": str(album), "source": "memory"},
            )
            for track, album in albums.items()
        ]
        async with pool.connection() as connection:
            await belt.send(connection, sends, {}, datetime.now(UTC))
            await connection.execute("analyze")
        stage = next(s for s in STAGES if s.queue is Queue.PRODUCER_IDENTIFICATION)
        shells = [
            Shell(Belt(pool, worker=f"bench-{n}", now=lambda: datetime.now(UTC)), Store(pool), OneSource(), pool)
            for n in range(workers)
        ]

        async def work(shell: Shell) -> None:
            while await shell.turn(stage):
                pass

        started = time.perf_counter()
        await asyncio.gather(*(work(shell) for shell in shells))
        seconds = time.perf_counter() - started
        done = sum(shell.tally.done for shell in shells)
        assert done == count, f"{done} of {count} tracks were settled"
        return count / seconds


def raw_pgmq(url: str, count: int) -> float:
    """Messages read in hundreds and deleted per second, nothing else done."""
    with connect(url) as db:
        db.execute("select pgmq.create('raw')")
        for begin in range(0, count, 1000):
            bodies = [Jsonb({"trackId": str(uuid4()), "n": n}) for n in range(begin, min(begin + 1000, count))]
            db.execute("select count(*) from pgmq.send_batch('raw', %s::jsonb[])", [bodies])
        db.execute("analyze")
        started = time.perf_counter()
        done = 0
        while rows := db.execute("select msg_id from pgmq.read('raw', 60, 100)").fetchall():
            db.execute("select count(*) from pgmq.delete('raw', %s::bigint[])", [[r[0] for r in rows]])
            done += len(rows)
        seconds = time.perf_counter() - started
        assert done == count
        return count / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1, help="concurrent turns in one process")
    given = parser.parse_args()
    with scratch_database() as url:
        raw = raw_pgmq(url, given.tracks)
        settled = asyncio.run(pipeline(url, given.tracks, given.workers))
    print(f"tracks settled: {settled:,.0f}/s   raw PGMQ (read 100, delete): {raw:,.0f}/s   ratio {settled / raw:.3f}")


if __name__ == "__main__":
    main()
