"""Small worlds for tests: a few artists, tracks, people and claims, put into the tables by name.

A test names only what it is about; everything else has a plain default. Claims become credits by the real rules:
`world.conclude()` calls the database function that makes credits.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from linernotes.model.names import name_key, search_key
from linernotes.model.titles import title_of
from linernotes.search.formats import plain

SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASES = {"recording": 0.95, "work": 0.95, "release": 0.70}


class World:
    """Puts rows into one database; things are named by their names, a name is made on first use."""

    def __init__(self, db: Connection[Any]) -> None:
        self.db = db
        self.artists: dict[str, UUID] = {}
        self.albums: dict[tuple[str, str], UUID] = {}
        self.recordings: dict[UUID, UUID] = {}

    def artist(self, name: str = "Ada Lind") -> UUID:
        if name not in self.artists:
            self.artists[name] = self._id("insert into public.artists (name) values (%s) returning id", name)
        return self.artists[name]

    def album(self, name: str = "First", artist: str = "Ada Lind", released: str | None = "2020-05-01") -> UUID:
        """released is ISO text of any precision."""
        if (artist, name) not in self.albums:
            self.albums[artist, name] = self._id(
                """insert into public.albums (name, artist_id, release_date, metadata)
                   values (%s, %s, linernotes.date_of(%s), jsonb_build_object('release_date', %s::text))
                   returning id""",
                name,
                self.artist(artist),
                released,
                released,
            )
        return self.albums[artist, name]

    def track(
        self,
        name: str,
        *,
        artist: str = "Ada Lind",
        album: str = "First",
        released: str | None = "2020-05-01",
        same_recording_as: UUID | None = None,
        version: str = "original",
        work: str | None = None,
        isrc: str | None = None,
        position: int | None = None,
        disc: int = 1,
        popularity: int | None = None,
    ) -> UUID:
        """A track, and unless it carries that of another track, a recording. work: the title that versions share."""
        recording = (
            self.recordings[same_recording_as]
            if same_recording_as
            else self._id(
                """insert into linernotes.recordings (title, title_key, artist_key, version_class)
                   values (%s, %s, %s, %s) returning id""",
                name,
                title_of(work or name).key,
                name_key(artist),
                version,
            )
        )
        track = self._id(
            """insert into public.tracks (name, album_id, recording_id, isrc, popularity, metadata)
               values (%s, %s, %s, %s, %s,
                       jsonb_strip_nulls(jsonb_build_object('disc', %s::int, 'position', %s::int)))
               returning id""",
            name,
            self.album(album, artist, released),
            recording,
            isrc,
            popularity,
            disc,
            position,
        )
        self.recordings[track] = recording
        return track

    def producer(self, name: str, *aliases: str, kind: str | None = None, qualifier: str = "") -> UUID:
        """qualifier makes the second producer of a name possible."""
        producer = self._id(
            "insert into public.producers (name, normalized_name) values (%s, %s) returning id",
            name,
            name_key(name) + qualifier,
        )
        self.name(producer, name, "name")
        for alias in aliases:
            self.name(producer, alias, "alias")
        if kind:
            self.db.execute("insert into linernotes.producer_kinds values (%s, %s)", [producer, kind])
        return producer

    def name(self, producer: UUID, name: str, kind: str, source: str = "musicbrainz") -> None:
        self.db.execute(
            """insert into linernotes.producer_names (producer_id, name, name_key, search_key, kind, source)
               values (%s, %s, %s, %s, %s, %s)""",
            [producer, name, name_key(name), search_key(name), kind, source],
        )

    def claim(
        self,
        track: UUID,
        producer: UUID,
        role: str = "producer",
        *,
        source: str = "musicbrainz",
        scope: str = "recording",
        base: float | None = None,
        match: float = 1.0,
        record: str = "record-1",
        credited_as: str | None = None,
        by_name: bool = False,
        url: str | None = None,
        seen: datetime = SEEN,
    ) -> None:
        """What a source says; the source's name is its family too."""
        named = credited_as or self.name_of(producer)
        self.db.execute(
            """insert into linernotes.claims (recording_id, producer_id, role, source, record, family, scope,
                   raw_role, credited_as, name_key, by_name, url, base, match, first_seen_at, last_seen_at)
               values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            [
                self.recordings[track], producer, role, source, record, source, scope, role.replace("_", " "),
                named, name_key(self.name_of(producer)), by_name, url, BASES[scope] if base is None else base, match,
                seen, seen,
            ],
        )  # fmt: skip

    def credit(self, track: UUID, producer: UUID, role: str = "producer", **claim: Any) -> None:
        """A claim and the credits that follow from all claims so far."""
        self.claim(track, producer, role, **claim)
        self.conclude()

    def conclude(self) -> None:
        self.db.execute("select linernotes.conclude_credits(%s)", [list(set(self.recordings.values()))])

    def looked(self, track: UUID, source: str, claims: int = 0) -> None:
        self.db.execute(
            """insert into linernotes.lookups (recording_id, source, track_id, looked_at, claims)
               values (%s, %s, %s, %s, %s)""",
            [self.recordings[track], source, track, SEEN, claims],
        )

    def link(self, producer: UUID, kind: str = "homepage", url: str = "https://ada.example", **more: Any) -> None:
        row = {
            "producer_id": producer, "kind": kind, "value": url.partition("://")[2], "url": url,
            "source": "musicbrainz", "source_url": "https://musicbrainz.example/artist/1", "source_record_id": "1",
            "state": "unchecked", "first_seen_at": SEEN, "last_seen_at": SEEN, **more,
        }  # fmt: skip
        self.db.execute(
            """insert into linernotes.producer_links select * from jsonb_populate_record(
                   null::linernotes.producer_links, %s)""",
            [_jsonb(row)],
        )

    def member(self, group: UUID, member: UUID, begin: date | None = None, end: date | None = None) -> None:
        self.db.execute(
            "insert into linernotes.group_members values (%s, %s, %s, %s, 'musicbrainz')", [group, member, begin, end]
        )

    def external_id(self, producer: UUID, scheme: str, value: str) -> None:
        self.db.execute(
            """insert into linernotes.external_ids (entity_type, scheme, value, entity_id)
               values ('producer', %s, %s, %s)""",
            [scheme, value, producer],
        )

    def problem(
        self, detail: str, *, source: str = "musicbrainz", record: str = "1", kind: str = "unusable_row"
    ) -> None:
        self.db.execute(
            "insert into linernotes.problems (source, record, kind, detail) values (%s, %s, %s, %s)",
            [source, record, kind, detail],
        )

    def name_of(self, producer: UUID) -> str:
        return str(self._one("select name from public.producers where id = %s", producer))

    def _id(self, statement: str, *values: Any) -> UUID:
        made = self._one(statement, *values)
        assert isinstance(made, UUID)
        return made

    def _one(self, statement: Any, *values: Any) -> Any:
        row = self.db.execute(statement, values).fetchone()
        assert row is not None
        return row[0]


def _jsonb(row: dict[str, Any]) -> Any:
    return Jsonb(plain(row))
