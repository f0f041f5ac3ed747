"""A dump through the whole pipeline: the command reads it, and every credit of it stands in the database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

DUMP = """<releases>
<release id="1" status="Accepted">
 <artists><artist><id>11</id><name>Ada Lind (2)</name><anv/><join/><role/><tracks/></artist></artists>
 <title>Northern Windows</title>
 <extraartists>
  <artist><id>21</id><name>Bo Beat</name><anv>B. Beat</anv><join/><role>Producer, Mixed By</role>
   <tracks>A2 to B1</tracks></artist>
  <artist><id>22</id><name>Max Master (3)</name><anv/><join/><role>Mastered By</role><tracks/></artist>
  <artist><id>0</id><name>Somebody</name><anv/><join/><role>Producer</role><tracks/></artist>
 </extraartists>
 <formats><format name="Vinyl" qty="1" text=""><descriptions><description>LP</description></descriptions></format>
 </formats>
 <released>1999-03-00</released>
 <tracklist>
  <track><position>A1</position><title>Glass</title><duration>3:41</duration>
   <extraartists><artist><id>23</id><name>Cy Desk</name><anv/><join/><role>Remix</role><tracks/></artist>
   </extraartists></track>
  <track><position>A2</position><title>Hush</title><duration>4:02</duration></track>
  <track><position>B1</position><title>Ice</title><duration/></track>
 </tracklist>
</release>
<release id="2" status="Accepted">
 <artists><artist><id>194</id><name>Various</name><anv/><join/><role/><tracks/></artist></artists>
 <title>Summer Hits</title>
 <extraartists/>
 <tracklist>
  <track><position>1</position><title>Hush</title><duration>4:03</duration>
   <artists><artist><id>11</id><name>Ada Lind (2)</name><anv/><join/><role/><tracks/></artist></artists></track>
 </tracklist>
</release>
</releases>
"""


def run(database_url: str, home: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LINERNOTES_DATABASE_URL": database_url}
    done = subprocess.run(
        [sys.executable, "-m", "linernotes", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "releases.xml"
    path.write_text(DUMP, encoding="utf-8")
    return path


CREDITS = (
    "select b.name, t.name, p.name, x.role, x.confidence::float, x.credited_as from track_producers x"
    " join tracks t on t.id = x.track_id join albums b on b.id = t.album_id join producers p on p.id = x.producer_id"
    " order by 1, 2, 3, 4"
)


def test_the_credits_of_a_dump_are_found_by_the_command(database_url: str, tmp_path: Path, dump: Path) -> None:
    run(database_url, tmp_path, "discover", "--all", "--from", f"file:{dump}")
    with psycopg.connect(database_url) as db:
        found = db.execute(CREDITS).fetchall()
        problems = db.execute("select kind, record from linernotes.problems").fetchall()
        ids = db.execute("select value from linernotes.external_ids where entity_type = 'producer'").fetchall()
    hush = [("Bo Beat", "mixer", 0.9, "B. Beat"), ("Bo Beat", "producer", 0.9, "B. Beat")]
    max_ = ("Max Master", "mastering", 0.6, "Max Master")
    assert found == [
        ("Northern Windows", "Glass", "Cy Desk", "remixer", 0.9, "Cy Desk"),
        ("Northern Windows", "Glass", *max_),
        *[("Northern Windows", "Hush", *credit) for credit in [*hush, max_]],
        *[("Northern Windows", "Ice", *credit) for credit in [*hush, max_]],
        # The same recording on a compilation, by its own artist, title and duration.
        *[("Summer Hits", "Hush", *credit) for credit in [*hush, max_]],
    ]
    assert problems == [("unlinked_person", "1")]
    assert {value for (value,) in ids} == {"21", "22", "23"}


def test_reading_an_unchanged_dump_again_sends_no_work(database_url: str, tmp_path: Path, dump: Path) -> None:
    run(database_url, tmp_path, "discover", "--all", "--from", f"file:{dump}")
    with psycopg.connect(database_url) as db:
        before = db.execute(CREDITS).fetchall()
    assert "2 of 2 artists are done already" in run(
        database_url, tmp_path, "discover", "--all", "--from", f"file:{dump}"
    )
    with psycopg.connect(database_url) as db:
        assert db.execute(CREDITS).fetchall() == before
