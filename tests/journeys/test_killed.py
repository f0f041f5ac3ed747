"""kill -9 at any point, then the same command again: the same tables as an undisturbed run."""

from __future__ import annotations

import os
import signal
import time

import psycopg
import pytest

from tests.journeys.conftest import Linernotes

MOMENTS = {
    "before the first batch": "select exists (select from pgmq.q_artist_discovery)",
    "among the artists": "select exists (select from artists)",
    "among the albums": "select count(*) > 10 from albums",
    "among the tracks": "select count(*) > 60 from tracks",
    "among the credits": "select count(*) > 0 from track_producers",
    "late": "select count(*) > 500 from track_producers",
    "among the links": "select exists (select from linernotes.producer_links)",
}
LEASES_END = [
    f"update pgmq.q_{q} set vt = now() where vt > now()"
    for q in (
        "artist_discovery",
        "album_discovery",
        "track_discovery",
        "producer_identification",
        "social_enrichment",
    )
]


def kill_when(linernotes: Linernotes, condition: str) -> bool:
    """Start the demo and kill it the moment the condition holds; whether it was still running then."""
    process = linernotes.start("demo")
    try:
        with psycopg.connect(linernotes.url, autocommit=True) as db:
            while process.poll() is None:
                if db.execute(condition).fetchone() == (True,):
                    os.kill(process.pid, signal.SIGKILL)
                    break
                time.sleep(0.001)  # between two looks; nothing is waited out
    finally:
        process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_discovery_goes_on_to_the_tables_of_an_undisturbed_one(
    linernotes: Linernotes, moment: str, calm_tables: dict[str, list[tuple]]
):
    assert kill_when(linernotes, MOMENTS[moment]), "the process ended before it could be killed"
    with psycopg.connect(linernotes.url, autocommit=True) as db:
        for statement in LEASES_END:  # what the dead one held comes back when its leases end: now
            db.execute(statement)
    linernotes("demo")
    assert linernotes.tables() == calm_tables


@pytest.fixture(scope="module")
def calm_tables(postgresql, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    calm = Linernotes(postgresql.database(), tmp_path_factory.mktemp("calm"))
    calm("demo")
    return calm.tables()
