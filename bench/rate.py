"""Do four processes together keep a source's rate, by the source's own count?

    ./run bench rate [--seconds 40] [--processes 4] [--redis URL]

Starts a server on the loopback that notes when each request arrives, and processes that ask it without pause through
the transport, as many workers would ask MusicBrainz. Prints the gaps between arrivals, how much of the allowed one
request a second was used, and how often the database was asked for each (with --redis the processes stand in a line
there, and ask less); exits 1 when a gap was shorter than a second or less than 0.95 was used. A database is
the only thing that the processes share.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg

from bench.scratch import scratch_database
from linernotes.database.connect import open_pool
from linernotes.services.redis_hints import open_redis
from linernotes.services.redis_line import RedisLine
from linernotes.sources.budget import Budget
from linernotes.sources.cache import ResponseCache
from linernotes.sources.calls import Call
from linernotes.sources.clock import Clock
from linernotes.sources.exchange import new_client
from linernotes.sources.musicbrainz.opening import RATE
from linernotes.sources.transport import Transport
from tests.sources.mock_server import MockServer, json_reply

SOURCE = f"bench-rate-{os.getpid()}"
TASKS = 3


async def ask(url: str, database_url: str, source: str, worker: int, until: float, redis_url: str | None) -> None:
    """Ask as fast as the budget allows."""
    clock = Clock()
    redis = open_redis(redis_url, clock.now) if redis_url else None
    places = RedisLine(redis).place if redis else None
    async with await open_pool(database_url, 4) as pool, new_client() as client:
        transport = Transport(
            source,
            url,
            "musicbrainz.org",
            client=client,
            budget=Budget(pool, source, RATE, clock, places),
            cache=ResponseCache(pool),
            contact="bench@example.org",
            clock=clock,
        )

        async def task(number: int) -> None:
            count = 0
            while time.time() < until:
                count += 1
                await transport.get(Call(path=f"{worker}/{number}/{count}", fresh_for=timedelta(minutes=1)))

        await asyncio.gather(*(task(number) for number in range(TASKS)))
    if redis:
        await redis.close()


def run(url: str, database_url: str, source: str, worker: int, until: float, redis_url: str | None) -> None:
    asyncio.run(ask(url, database_url, source, worker, until, redis_url))


def transactions(url: str) -> int:
    """How many transactions this database has seen."""
    with psycopg.connect(url, autocommit=True) as db:
        row = db.execute("select xact_commit from pg_stat_database where datname = current_database()").fetchone()
        assert row is not None
        return int(row[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--redis", metavar="URL", help="a Redis in whose line the processes stand")
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    with scratch_database() as url, MockServer(lambda asked: json_reply({"id": asked.path})) as server:
        until = time.time() + options.seconds
        before = transactions(url)
        workers = [
            spawn.Process(target=run, args=(server.url, url, SOURCE, number, until, options.redis))
            for number in range(options.processes)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        asked_the_database = transactions(url) - before
        # The first and last seconds do not count: there, not all processes ask.
        arrivals = [a.at for a in server.asked]
        per_process = dict.fromkeys(range(options.processes), 0)
        for asked in server.asked:
            per_process[int(asked.path.split("/")[1])] += 1
        gaps = server.gaps[2 : -options.processes * TASKS or None]
    share = 1 / statistics.fmean(gaps)
    print(f"{len(arrivals)} requests, by process {list(per_process.values())}, {len(gaps)} gaps under full load")
    print(f"gap: least {min(gaps):.3f} s, median {statistics.median(gaps):.3f} s, most {max(gaps):.3f} s")
    print(f"least gap of all requests: {min(server.gaps):.3f} s")
    print(f"used: {share:.3f} of one request a second")
    print(f"transactions of the database for each request: {asked_the_database / len(arrivals):.1f}")
    kept = min(server.gaps) >= 1.0 and share >= 0.95
    print("kept" if kept else "NOT KEPT")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
