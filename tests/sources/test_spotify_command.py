"""The command with Spotify as the catalogue: what a person reads when Spotify refuses."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from tests.sources.mock_musicbrainz import small_world
from tests.sources.mock_server import Reply
from tests.sources.mock_spotify import CLIENT_ID, QUOTA_EXCEEDED, SECRET, App, Spotify
from tests.sources.mock_spotify import serve as serve_spotify


@pytest.mark.parametrize(
    ("premium", "first", "says"),
    [
        (False, None, "spotify answers only apps whose owner has Premium"),
        (True, QUOTA_EXCEEDED, "the quota of the app's account is used up"),
    ],
)
def test_a_refusal_is_told_with_what_to_do_and_the_work_stays(
    premium: bool, first: Reply | None, says: str, database_url: str, db: psycopg.Connection
) -> None:
    with serve_spotify(small_world(albums=1, tracks=1), App(premium=premium)) as server:
        api = Spotify(small_world(albums=1, tracks=1), App(premium=premium))
        server.answer = lambda asked: (
            first if first is not None and asked.path.startswith("/v1/") else api.answer(asked)
        )
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("LINERNOTES_")},
            "LINERNOTES_DATABASE_URL": database_url,
            "LINERNOTES_CONTACT": "tests@example.org",
            "LINERNOTES_SOURCES": "musicbrainz",
            "LINERNOTES_SPOTIFY_URL": f"{server.url}/v1",
            "LINERNOTES_SPOTIFY_ACCOUNTS_URL": server.url,
            "LINERNOTES_SPOTIFY_CLIENT_ID": CLIENT_ID,
            "LINERNOTES_SPOTIFY_CLIENT_SECRET": SECRET,
        }
        done = subprocess.run(
            [sys.executable, "-m", "linernotes", "discover", "Ada Lind", "--from", "spotify"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert len([a for a in server.asked if a.path.startswith("/v1/")]) == 1
    kept = "select (select count(*) from pgmq.q_artist_discovery) + (select count(*) from linernotes.parked_messages)"
    assert db.execute(kept).fetchone() == (1,)
