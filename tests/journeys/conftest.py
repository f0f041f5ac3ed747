"""Journeys run the real command in a process of its own, against a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

NATURAL = {
    "artists": "select name from artists",
    "albums": "select a.name, b.name, b.release_date from albums b join artists a on a.id = b.artist_id",
    "tracks": "select b.name, t.name, t.isrc from tracks t join albums b on b.id = t.album_id",
    "recordings": "select artist_key, title_key, version_class, isrc from linernotes.recordings",
    "producers": "select name, normalized_name from producers",
    "claims": "select r.title_key, p.normalized_name, c.role, c.source, c.record, c.raw_role, c.url, c.base, c.match"
    " from linernotes.claims c join linernotes.recordings r on r.id = c.recording_id"
    " join producers p on p.id = c.producer_id",
    "credits": "select b.name, t.name, p.normalized_name, x.role, x.confidence, x.source, x.sources, x.verified"
    " from track_producers x join tracks t on t.id = x.track_id join albums b on b.id = t.album_id"
    " join producers p on p.id = x.producer_id",
    "links": "select p.normalized_name, l.kind, l.value, l.source from linernotes.producer_links l"
    " join producers p on p.id = l.producer_id",
    "names": "select p.normalized_name, n.name, n.kind from linernotes.producer_names n"
    " join producers p on p.id = n.producer_id",
    "problems": "select source, record, kind, detail from linernotes.problems",
    "dead letters": "select queue_name, error from linernotes.dead_letters",
    "left on the queues": "select queue_name, visible + hidden from queue_registry"
    " cross join linernotes.queue_depth(queue_name)",
    "unfinished": "select entity_type, state, count(*) from processing_status where state <> 'COMPLETED'"
    " group by 1, 2",
}
"""Every table by natural keys, without ids and times: equal for two runs that did the same."""


class Linernotes:
    """The command, with this database and an empty home."""

    def __init__(self, database_url: str, home: Path) -> None:
        self.url = database_url
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LINERNOTES_DATABASE_URL": database_url,
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "linernotes", *arguments],
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, status: int = 0, **environment: str) -> str:
        """What it prints. Fails the test when it ends with another status."""
        process = self.start(*arguments, **environment)
        self.out, self.err = process.communicate(timeout=300)
        assert process.returncode == status, self.err
        return self.out

    def json(self, *arguments: str, **environment: str) -> Any:
        return json.loads(self(*arguments, "--json", **environment))

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        with psycopg.connect(self.url) as db:
            return {name: sorted(db.execute(q).fetchall(), key=repr) for name, q in NATURAL.items()}

    def one(self, query: str) -> Any:
        with psycopg.connect(self.url) as db:
            row = db.execute(query).fetchone()
            assert row
            return row[0]


@pytest.fixture
def linernotes(database_url: str, tmp_path: Path) -> Linernotes:
    return Linernotes(database_url, tmp_path)
