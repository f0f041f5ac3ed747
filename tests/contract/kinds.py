"""The four process_..._atomic functions, each with what it is called with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.client import Contract


@dataclass(frozen=True)
class Kind:
    """One of the four functions, and what it is called with."""

    noun: str
    queue: str
    data: dict[str, Any]
    key: str = "spotify_id"

    @property
    def table(self) -> str:
        return f"{self.noun}s"

    def store(self, db: Contract, data: object, operation: str | None = None, key: str | None = "s1") -> uuid.UUID:
        arguments = {f"p_{self.noun}_data": data, "p_operation_id": operation, f"p_{self.key}": key}
        return uuid.UUID(str(db.call(f"process_{self.noun}_atomic", **arguments)))

    def refused(self, db: Contract, data: object, key: str | None = "s1", operation: str | None = None) -> str:
        arguments = {f"p_{self.noun}_data": data, "p_operation_id": operation, f"p_{self.key}": key}
        return str(db.refused(f"process_{self.noun}_atomic", **arguments).sqlstate)

    def full(self, db: Contract) -> dict[str, Any]:
        """Its data, with an artist or album that exists."""
        if self.noun == "album":
            return {**self.data, "artist_id": str(db.artist())}
        if self.noun == "track":
            return {**self.data, "album_id": str(db.album(db.artist()))}
        return self.data

    def row(self, db: Contract, key: str = "s1") -> dict[str, Any]:
        return db.on(f"public.{self.table}", f"select * from {{}} where {self.key} = %s", key)[0]

    def rows(self, db: Contract) -> int:
        return db.on(f"public.{self.table}", f"select count(*) as n from {{}} where {self.key} is not null")[0]["n"]


ARTIST = Kind(
    "artist",
    "artist_discovery",
    {"name": "Ada Lind", "followers": 12, "popularity": 34, "fullData": {"genres": ["jazz"]}, "image_url": "i"},
)
ALBUM = Kind(
    "album",
    "album_discovery",
    {"name": "First", "release_date": "1998-07-04", "fullData": {"a": 1}, "cover_url": "c"},
)
TRACK = Kind(
    "track",
    "track_discovery",
    {"name": "One", "duration_ms": 1000, "popularity": 5, "fullData": {"a": 1}, "preview_url": "p"},
)
PRODUCER = Kind(
    "producer",
    "producer_identification",
    {"name": "Bo Ek", "email": "e", "image_url": "i", "instagram_bio": "b", "metadata": {"a": 1, "b": 2}},
    key="normalized_name",
)
ALL = [ARTIST, ALBUM, TRACK, PRODUCER]
every = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.noun)
parented = pytest.mark.parametrize("kind", [ALBUM, TRACK], ids=lambda kind: kind.noun)


def metrics(db: Contract) -> list[dict[str, Any]]:
    return db.sql(
        "select queue_name, operation, success_count, details from public.queue_metrics order by created_at"
    )
