"""How fast search_producers answers on a big base: `./run bench search [--producers N] [--names N] [--credits N]`.

Loads a fresh database of the embedded server (or of LINERNOTES_DATABASE_URL's) with invented producers and credits,
prints how long that took and what keeping the statistics exact costs, then the time of searches beside the plain
query that counts every match, in the same run, and whether the counts agree. The database is dropped at the end.

The last column is how many times faster the search is than the plain query, median by median. A term that few names
have is quick for the plain query too, which has trigram indexes of its own: what it has to count is little.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import drop_database
from linernotes.database import connect, migrate, server

_PARTS = re.split(
    r"^-- name: (\w+)$", Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), flags=re.MULTILINE
)
SQL = dict(zip(_PARTS[1::2], _PARTS[2::2], strict=True))
SEED = 20261122
ALONE = """
select not exists (select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid())
"""
"""Whether nobody else measures on the same server."""


def main(argv: Sequence[str] | None = None) -> int:
    """Load, measure, print. Returns 1 when a count was wrong."""
    ask = parse(argv)
    with fresh_database(ask.keep) as url, connect.connect(url) as conn:
        print(f"PostgreSQL {conn.info.parameter_status('server_version')}, {os.cpu_count()} cores")
        load(conn, ask)
        wrong = cost_of_exactness(conn, ask)
        names = [
            r[0] for r in conn.execute(SQL["some_names"], {"count": 2 * ask.searches, "producers": ask.producers})
        ]
        wrong += measure(conn, terms(names, ask.searches), ask.plain)
    print("every count was exact" if not wrong else f"{wrong} WRONG COUNTS")
    return 1 if wrong else 0


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The sizes asked for; albums, tracks and artists follow from the credits."""
    parser = argparse.ArgumentParser(prog="./run bench search", description=__doc__)
    parser.add_argument("--producers", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=3_000_000)
    parser.add_argument("--credits", type=int, default=10_000_000)
    parser.add_argument("--searches", type=int, default=300, help="terms of each kind")
    parser.add_argument("--plain", type=int, default=5, help="of them also asked plainly, and compared")
    parser.add_argument("--keep", metavar="NAME", help="make or use the database NAME, and keep it")
    return parser.parse_args(argv)


@contextmanager
def fresh_database(keep: str | None) -> Iterator[str]:
    """A migrated database of its own, dropped at the end unless it is to be kept."""
    given = os.environ.get("LINERNOTES_DATABASE_URL")
    home = Path(tempfile.gettempdir()) / f"linernotes-bench-{os.getuid()}"
    url = given or server.up(home)
    name = keep or f"bench_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(url, autocommit=True) as conn:
            if conn.execute("select from pg_database where datname = %s", [name]).fetchone() is None:
                conn.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
        target = make_conninfo("", **{**conninfo_to_dict(url), "dbname": name})
        migrate.migrate(target)
        yield target
    finally:
        if not keep:
            with psycopg.connect(url, autocommit=True) as conn:
                drop_database(conn, name)
                alone = conn.execute(ALONE).fetchone() == (True,)
            if not given and alone:
                server.down(home)


def load(conn: Connection, ask: argparse.Namespace) -> None:
    """Fill the base, unless it is filled: without secondary indexes, which are made at the end."""
    if conn.execute("select from public.producers limit 1").fetchone() is not None:
        return
    sizes = {
        "producers": ask.producers,
        "credits": ask.credits,
        "tracks": max(ask.credits // 5, 1),
        "recordings": max(ask.credits * 9 // 50, 1),
        "albums": max(ask.credits // 50, 1),
        "artists": max(ask.credits // 500, 1),
        "each": max(ask.names // ask.producers, 1),
    }
    firsts, lasts = invented_names()
    started = time.perf_counter()
    conn.execute("alter table public.producers disable trigger user")
    conn.execute(SQL["triggers_off"])
    conn.execute(SQL["put_aside"])
    for (away,) in conn.execute(SQL["away"]).fetchall():
        conn.execute(away)
    step("artists, albums, tracks", lambda: conn.execute(SQL["catalogue"], sizes))
    step("producers", lambda: conn.execute(SQL["producers"], {**sizes, "first": firsts, "last": lasts}))
    step("names", lambda: conn.execute(SQL["names"], sizes))
    step("credits", lambda: conn.execute(SQL["credits"], sizes))
    step("statistics", lambda: conn.execute(SQL["rebuild"]))
    conn.execute("set maintenance_work_mem = '512MB'")
    for (back,) in conn.execute(SQL["back"]).fetchall():
        step("  " + back.removeprefix("create ")[:70], lambda back=back: conn.execute(back))
    conn.execute(SQL["triggers_on"])
    conn.execute("alter table public.producers enable trigger user")
    step("vacuum analyze", lambda: conn.execute("vacuum analyze"))
    print(f"loaded in {time.perf_counter() - started:.0f} s")


def step(what: str, work: Callable[[], object]) -> float:
    """Do it and print how long it took, in seconds."""
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    print(f"  {what}: {took:.1f} s", flush=True)
    return took


def cost_of_exactness(conn: Connection, ask: argparse.Namespace) -> int:
    """Add 100,000 credits with and without the triggers that keep the statistics. Returns the wrong counts after."""
    more = {"producers": ask.producers, "tracks": max(ask.credits // 5, 1), "from": 1, "to": 100_000}
    print("100,000 more credits in statements of 1,000:")
    for statement in ("triggers_off", "triggers_on"):
        conn.execute(SQL[statement])

        def add() -> None:
            for first in range(1, 100_001, 1000):
                conn.execute(SQL["more_credits"], {**more, "from": first, "to": first + 999})

        step("without the statistics" if statement == "triggers_off" else "with the statistics", add)
        if statement == "triggers_off":
            conn.execute(SQL["fewer_credits"])
    ids = [
        r[0] for r in conn.execute("select producer_id from track_producers where source = 'bench more' limit 200")
    ]
    wrong = len(conn.execute(SQL["wrong_counts"], {"ids": ids}).fetchall())
    conn.execute(SQL["fewer_credits"])
    wrong += len(conn.execute(SQL["wrong_counts"], {"ids": ids}).fetchall())
    conn.execute("vacuum analyze public.track_producers, public.producer_stats")
    return wrong


def terms(names: Sequence[str], count: int) -> dict[str, list[str]]:
    """What people type, by kind, drawn from real names."""
    chance = random.Random(SEED)

    def piece(length: int) -> str:
        """Part of one word."""
        word = chance.choice([w for w in chance.choice(names).split() if len(w) >= length] or ["x" * length])
        start = chance.randrange(len(word) - length + 1)
        return word[start : start + length]

    def across_words() -> str:
        """The end of one word and the beginning of the next."""
        first, last = chance.choice(names).split()
        return f"{first[-1]} {last[:2]}"

    def misspelt() -> str:
        letters = list(chance.choice(names))
        at = chance.randrange(1, len(letters) - 1)
        letters[at], letters[at - 1] = letters[at - 1], letters[at]
        return "".join(letters)

    return {
        "whole name": [chance.choice(names) for _ in range(count)],
        "last name": [chance.choice(names).split()[-1] for _ in range(count)],
        "first name": [chance.choice(names).split()[0] for _ in range(count)],
        "six letters": [piece(6) for _ in range(count)],
        "four letters": [piece(4) for _ in range(count)],
        "three letters": [piece(3) for _ in range(count)],
        "across words": [across_words() for _ in range(count)],
        "misspelt": [misspelt() for _ in range(count)],
        "two letters": [piece(2) for _ in range(count)],
        "blank": [""] * (count // 10),
    }


def measure(conn: Connection, kinds: dict[str, list[str]], plain: int) -> int:
    """Time every term, print each kind's median and 99th percentile, and return how many answers were wrong."""
    wrong = 0
    print(f"{'term':14} {'searches':>8} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'plain p50 ms':>13} {'times':>7}")
    for kind, asked in kinds.items():
        for term in asked[:20]:
            conn.execute(SQL["search"], {"term": term})
        took = [timed(lambda term=term: conn.execute(SQL["search"], {"term": term}).fetchall())[0] for term in asked]
        plainly = []
        for term in asked[:plain]:
            seconds, expected = timed(
                lambda term=term: conn.execute(SQL["plain"], {"pattern": like(term)}).fetchall()
            )
            plainly.append(seconds)
            wrong += conn.execute(SQL["search"], {"term": term}).fetchall() != expected
        took.sort()
        middle, slow = statistics.median(took), statistics.median(plainly) if plainly else 0.0
        print(
            f"{kind:14} {len(took):8} {middle * 1e3:8.2f} {took[int(len(took) * 0.99)] * 1e3:8.2f} "
            f"{took[-1] * 1e3:8.2f} {slow * 1e3:13.0f} {slow / middle:7.0f}",
            flush=True,
        )
    return wrong


def timed(work: Callable[[], list[tuple[object, ...]]]) -> tuple[float, list[tuple[object, ...]]]:
    """Seconds, and what it gave."""
    started = time.perf_counter()
    rows = work()
    return time.perf_counter() - started, rows


def like(term: str) -> str:
    """A pattern for what contains the term."""
    return "%" + "".join("\\" + c if c in "%_\\" else c for c in term.strip()) + "%"


def invented_names() -> tuple[list[str], list[str]]:
    """300 first and 4,000 last names that can be spoken."""
    chance = random.Random(SEED)
    starts = re.findall(r"\w+", "b br c ch d dr f g gr h j k l m n p r s st t v w")
    middles = re.findall(r"\w+", "a e i o u ai ea ou an er in on")
    ends = ["", *re.findall(r"\w+", "n l r s th ck nd x")]

    def word(syllables: int) -> str:
        return "".join(chance.choice(starts) + chance.choice(middles) for _ in range(syllables)) + chance.choice(ends)

    def words(count: int, syllables: tuple[int, ...]) -> list[str]:
        made: dict[str, None] = {}
        while len(made) < count:
            made[word(chance.choice(syllables)).capitalize()] = None
        return list(made)

    return words(300, (1, 2)), words(4000, (2, 3))


if __name__ == "__main__":
    sys.exit(main())
