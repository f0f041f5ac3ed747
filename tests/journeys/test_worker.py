"""Workers of their own: what one process sends, others do, and a stop loses nothing."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import psycopg

from linernotes.model.message import Queue
from linernotes.services.hands import open_hands
from linernotes.settings import Settings
from tests.journeys.conftest import Linernotes


def a_list(folder: Path, songs: int) -> Path:
    path = folder / "songs.csv"
    rows = [f"Song {n},Artist {n % 7},Producer {n % 5},Writer {n % 3}" for n in range(songs)]
    path.write_text("\n".join(["song,artist,producers,songwriters", *rows]), encoding="utf-8")
    return path


def until(linernotes: Linernotes, condition: str) -> None:
    with psycopg.connect(linernotes.url, autocommit=True) as db:
        deadline = time.monotonic() + 60
        while db.execute(condition).fetchone() != (True,):
            assert time.monotonic() < deadline, f"never came true: {condition}"
            time.sleep(0.01)  # between two looks


def test_what_is_sent_without_waiting_a_worker_does(linernotes: Linernotes, tmp_path: Path):
    linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 20)}")
    assert linernotes.one("select count(*) from tracks") == 0
    linernotes("worker", "--once")
    assert linernotes.one("select count(*) from tracks") == 20
    assert linernotes.one("select count(*) from track_producers") == 40


def test_a_worker_for_one_queue_leaves_the_others_alone(linernotes: Linernotes, tmp_path: Path):
    linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 7)}")
    linernotes("worker", "--once", "--queue", "artist_discovery")
    assert linernotes.one("select count(*) from artists") == 7
    assert linernotes.one("select count(*) from pgmq.q_album_discovery") == 7


def test_a_stopped_worker_ends_with_0_and_leaves_nothing_in_its_hands(linernotes: Linernotes, tmp_path: Path):
    linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 400)}")
    process = linernotes.start("worker")
    until(linernotes, "select exists (select from track_producers)")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    hidden = "select coalesce(sum(hidden), 0) from queue_registry cross join linernotes.queue_depth(queue_name)"
    assert linernotes.one(hidden) == 0
    linernotes("worker", "--once")
    assert linernotes.one("select count(*) from tracks") == 400
    assert linernotes.one("select count(*) from track_producers") == 800
    assert linernotes.one("select count(*) from processing_status where state <> 'COMPLETED'") == 0


async def test_a_worker_holds_a_message_for_as_long_as_the_setting_says(linernotes: Linernotes, tmp_path: Path):
    linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 7)}")
    async with open_hands(Settings(lease=7), linernotes.url, worker="one", web=False) as hands:
        taken = await hands.belt.claim(Queue.ARTIST_DISCOVERY, 15)
    held = "select distinct round(extract(epoch from vt - last_read_at), 3) from pgmq.q_artist_discovery"
    assert len(taken) == 7
    assert linernotes.one(held) == 7


def test_the_search_is_up_to_date_where_only_workers_run(linernotes: Linernotes, tmp_path: Path):
    counted = "select count(*) = 5 from linernotes.producer_search where name like 'Producer %' and recordings > 0"
    linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 40)}")
    process = linernotes.start("worker")
    until(linernotes, counted)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_one_pass_leaves_the_search_up_to_date(linernotes: Linernotes, tmp_path: Path):
    linernotes("discover", "--all", "--no-wait", "--from", f"file:{a_list(tmp_path, 10)}")
    linernotes("worker", "--once")
    assert linernotes.one("select count(*) from linernotes.producers_due") == 0
    assert linernotes.one("select count(*) from linernotes.producer_search where recordings > 0") == 8
