"""What a worker costs while nothing happens, and how soon it begins when something is sent.

    ./run bench waiting [--seconds 20] [--messages 200]

Starts `linernotes worker` on an empty database, lets it lie for so many seconds, and adds up the processor time of
the process and of its connections in the server. Then sends messages one by one, at irregular moments, and takes the
time from the sender's commit to the worker's claim; and bursts of fifty, of which the last one counts.
The server must run on this machine: that of LINERNOTES_DATABASE_URL, or the embedded one.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg import Connection
from psycopg.types.json import Jsonb

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect

TICK = os.sysconf("SC_CLK_TCK")
BURST = 50
BURSTS = 5


def processor_seconds(pids: list[int]) -> float:
    """What these processes have used so far, in user and in system mode."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICK


def backends(db: Connection[Any]) -> list[int]:
    """The server's processes for the connections of others to this database."""
    rows = db.execute(
        "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend'"
    )
    return [row[0] for row in rows]


@contextmanager
def worker(url: str, db: Connection[Any]) -> Iterator[int]:
    """A worker that has connected and listens; its process id."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LINERNOTES_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "linernotes", "worker"],
        env={**environment, "LINERNOTES_DATABASE_URL": url},
        stderr=subprocess.DEVNULL,
    )
    try:
        listening = (
            "select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'"
        )
        while db.execute(listening).fetchone() == (0,):
            assert process.poll() is None, "the worker ended"
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def idle(db: Connection[Any], pid: int, seconds: float) -> tuple[float, float]:
    """Milliseconds of processor time a second: the worker's, and its connections'."""
    time.sleep(3)  # what a start costs is not what lying costs
    servers = backends(db)
    began, own, theirs = time.monotonic(), processor_seconds([pid]), processor_seconds(servers)
    time.sleep(seconds)
    took = time.monotonic() - began
    return (
        (processor_seconds([pid]) - own) / took * 1000,
        (processor_seconds([p for p in servers if Path(f"/proc/{p}").exists()]) - theirs) / took * 1000,
    )


def send(db: Connection[Any], count: int) -> datetime:
    """Messages that are refused as soon as they are looked at; when they were committed."""
    bodies = [Jsonb({"source": "sample", "trackId": str(uuid4())}) for n in range(count)]
    with db.transaction():
        db.execute("select count(*) from pgmq.send_batch('producer_identification', %s::jsonb[])", [bodies])
        db.execute("notify linernotes, 'producer_identification'")
    return datetime.now(UTC)


def begun(db: Connection[Any], count: int) -> datetime:
    """When the last of that many was claimed."""
    deadline = time.monotonic() + 30
    while True:
        assert time.monotonic() < deadline, "the worker does not come"
        row = db.execute("select count(*), max(first_at) from linernotes.dead_letters").fetchone()
        assert row
        if row[0] >= count:
            found: datetime = row[1]
            return found
        time.sleep(0.001)


def waits(db: Connection[Any], messages: int) -> tuple[list[timedelta], list[timedelta]]:
    """From commit to claim: of single messages, and of the last of each burst."""
    chance, total = random.Random(20261122), 0
    alone, bursts = [], []
    for size in [1] * messages + [BURST] * BURSTS:
        time.sleep(chance.uniform(0.02, 0.12))
        sent = send(db, size)
        total += size
        (alone if size == 1 else bursts).append(begun(db, total) - sent)
    return alone, bursts


def milliseconds(found: list[timedelta], share: float) -> float:
    """The wait that this share of them does not exceed."""
    ordered = sorted(max(w.total_seconds() * 1000, 0) for w in found)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--messages", type=int, default=200)
    given = parser.parse_args()
    with scratch_database() as url, connect(url) as db, worker(url, db) as pid:
        own, theirs = idle(db, pid, given.seconds)
        alone, bursts = waits(db, given.messages)
    print(f"idle: {own + theirs:.1f} ms of processor time a second (worker {own:.1f}, its connections {theirs:.1f})")
    print(
        f"commit to claim: median {milliseconds(alone, 0.5):.1f} ms, p95 {milliseconds(alone, 0.95):.1f} ms, "
        f"longest {milliseconds(alone, 1):.1f} ms; the last of {BURST} at once: "
        f"median {statistics.median(milliseconds([b], 1) for b in bursts):.1f} ms"
    )


if __name__ == "__main__":
    main()
