"""How fast the HTTP interface answers on a big base: `./run bench api [--producers N] [--names N] [--credits N]`.

Loads the base of `bench/search.py`, makes ready what the search looks at, serves it with `linernotes serve`, and asks
for searches and profiles from 50 clients at once with wrk: requests a second and the 99th percentile. Beside it, in
the same run, the same questions asked of the same functions without HTTP, from as many connections as the server has,
and the share of that rate that is left over HTTP.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import search as base
from linernotes.api.edge import CONNECTIONS
from linernotes.database import connect
from linernotes.search.finding import Sort, Wanted, find_producers
from linernotes.search.producers import find_producer
from linernotes.search.profile import profile

REFRESHED_AT_ONCE = 10_000
SEARCH_INDEXES = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_index i
where i.indrelid = 'linernotes.producer_search'::regclass and not i.indisprimary
order by 1
"""
SIZES = """
select c.oid::regclass::text, c.reltuples::bigint, pg_size_pretty(pg_total_relation_size(c.oid))
from pg_class c
where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'linernotes'::regnamespace)
  and pg_total_relation_size(c.oid) > 4000000
order by pg_total_relation_size(c.oid) desc
"""
Ask = Callable[[Connection[Any]], object]
Question = tuple[str, Ask]
"""An address, and the same question to the function behind it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Load, serve, measure, print. Returns 1 when an answer was an error.

    A million producers take about 20 minutes on two idle cores: 10 to load, 5 to count, 4 to ask.
    """
    ask = parse(argv)
    with base.fresh_database(ask.keep) as url, connect.connect(url) as conn:
        print(f"PostgreSQL {conn.info.parameter_status('server_version')}, {os.cpu_count()} cores")
        base.load(conn, ask)
        make_ready(conn)
        print_sizes(conn)
        kinds = questions(conn, ask)
        if shutil.which("wrk") is None:
            print("wrk is not installed (apt install wrk): only the functions are measured")
        with served(url) as address:
            return measure(url, address, kinds, ask)


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The sizes asked for."""
    parser = argparse.ArgumentParser(prog="./run bench api", description=__doc__)
    parser.add_argument("--producers", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=3_000_000)
    parser.add_argument("--credits", type=int, default=10_000_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=15, help="for each kind of question")
    parser.add_argument("--keep", metavar="NAME", help="make or use the database NAME, and keep it")
    return parser.parse_args(argv)


def make_ready(conn: Connection[Any]) -> None:
    """Count what the search looks at, for everybody; nothing to do in a base that was kept.

    The indexes beside the key are made at the end, as those of the other tables are.
    """
    conn.execute(
        """insert into linernotes.producers_due (producer_id)
           select p.id from public.producers p
           where not exists (select from linernotes.producer_search s where s.producer_id = p.id) order by p.id"""
    )
    conn.execute("analyze linernotes.producers_due")
    empty = conn.execute("select from linernotes.producer_search limit 1").fetchone() is None
    aside = conn.execute(SEARCH_INDEXES).fetchall() if empty else []
    for name, _ in aside:
        conn.execute(f"drop index {name}")
    base.step("counted what the search looks at", lambda: count_all(conn))
    for _, definition in aside:
        base.step(
            "  " + definition.removeprefix("create ")[:70], lambda definition=definition: conn.execute(definition)
        )
    conn.execute("vacuum analyze linernotes.producer_search")


def count_all(conn: Connection[Any]) -> None:
    """Count anew whoever is due."""
    started, counted = time.perf_counter(), 0
    while (row := conn.execute("select linernotes.refresh_search(%s)", [REFRESHED_AT_ONCE]).fetchone()) and row[0]:
        counted += row[0]
    print(f"  {counted:,} producers, {counted / (time.perf_counter() - started):,.0f} a second")


def print_sizes(conn: Connection[Any]) -> None:
    """Rows and sizes of the big tables with their indexes."""
    for name, rows, size in conn.execute(SIZES).fetchall():
        print(f"  {name:32} {rows:>12,} rows  {size:>8}")


def questions(conn: Connection[Any], ask: argparse.Namespace) -> dict[str, list[Question]]:
    """What is asked, by kind."""
    rows = conn.execute(base.SQL["some_names"], {"count": 600, "producers": ask.producers})
    terms = base.terms([name for (name,) in rows], 200)
    ids = [
        id_
        for (id_,) in conn.execute(
            """select s.producer_id from linernotes.producer_search s
               where s.recordings > 0 order by hashtext(s.producer_id::text) limit 1000"""
        )
    ]
    busiest = [
        id_
        for (id_,) in conn.execute(
            "select s.producer_id from linernotes.producer_search s order by s.recordings desc limit 20"
        )
    ]
    listed = [Wanted(), Wanted(roles=("producer",)), Wanted(roles=("mixer",)), Wanted(sort=Sort.RECENT)]
    return {
        "whole name": [_search(Wanted(q=term)) for term in terms["whole name"]],
        "last name": [_search(Wanted(q=term)) for term in terms["last name"]],
        "first name": [_search(Wanted(q=term)) for term in terms["first name"]],
        "four letters": [_search(Wanted(q=term)) for term in terms["four letters"]],
        "misspelt": [_search(Wanted(q=term)) for term in terms["misspelt"]],
        "no name": [_search(wanted) for wanted in listed],
        "profile": [_profile(id_) for id_ in ids],
        "busiest profile": [_profile(id_) for id_ in busiest],
    }


def _search(wanted: Wanted) -> Question:
    words = [f"q={quote(wanted.q)}"] if wanted.q else []
    words += [f"role={role}" for role in wanted.roles]
    address = f"/v1/producers?{'&'.join([*words, f'sort={wanted.sort}'])}"
    return address, lambda db: find_producers(db, wanted)


def _profile(id_: UUID) -> Question:
    return f"/v1/producers/{id_}", lambda db: profile(db, find_producer(db, str(id_)))


@contextmanager
def served(url: str) -> Iterator[str]:
    """The real command on a free port; its address."""
    command = [sys.executable, "-m", "linernotes", "serve", "--port", "0", "--no-workers", "--no-scheduler"]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LINERNOTES_DATABASE_URL": as_url(url), "LINERNOTES_HOME": home}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if found := re.search(r"serves (http://\S+)", line):
                    break
            else:
                raise SystemExit("linernotes serve did not start")
            threading.Thread(target=process.stderr.read, daemon=True).start()  # so that it never waits for us
            yield found[1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def as_url(conninfo: str) -> str:
    """The URL of a database that libpq's words name."""
    parts = conninfo_to_dict(conninfo)
    user = quote(str(parts.pop("user", "")))
    name = quote(str(parts.pop("dbname", "")))
    return f"postgresql://{user}@/{name}?{urlencode(parts)}"


def measure(url: str, address: str, kinds: dict[str, list[Question]], ask: argparse.Namespace) -> int:
    """Print each kind's figures, over HTTP and beside it without; how it went."""
    wrong = 0
    print(f"{ask.clients} clients over HTTP; the functions alone from {CONNECTIONS} connections")
    print(f"{'':16} {'over HTTP':>28}   {'alone':>26}   HTTP to")
    print(
        f"{'asked for':16} {'a second':>10} {'p50 ms':>8} {'p99 ms':>8}   "
        f"{'a second':>8} {'p50 ms':>8} {'p99 ms':>8}     alone"
    )
    for kind, asked in kinds.items():
        over_http, errors = with_wrk(address, [one for one, _ in asked], ask) if shutil.which("wrk") else ("", 0)
        rate, took = alone(url, [function for _, function in asked], ask.seconds)
        p99 = took[int(len(took) * 0.99)]
        print(
            f"{kind:16} {over_http:28}   {rate:8.0f} {statistics.median(took) * 1e3:8.1f} {p99 * 1e3:8.1f}   "
            f"{float(over_http.split()[0]) / rate if over_http else 0:7.2f}",
            flush=True,
        )
        wrong += errors
    print("every answer was 200" if not wrong else f"{wrong} ANSWERS WERE ERRORS")
    return 1 if wrong else 0


def with_wrk(address: str, paths: Sequence[str], ask: argparse.Namespace) -> tuple[str, int]:
    """Requests a second and percentiles in a line, and how many answers were no 2xx or none at all."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(islice(cycle(paths), max(len(paths), 200))))
        listed.flush()
        script = str(Path(__file__).with_suffix(".lua"))
        load = ["-c", str(ask.clients), "-t", "2", "-d", f"{ask.seconds}s", "--timeout", "30s", "--latency"]
        said = subprocess.run(
            ["wrk", *load, "-s", script, address, "--", listed.name], capture_output=True, text=True, check=True
        ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p50, p99 = (re.search(rf"^\s+{share}%\s+(\S+)", said, re.MULTILINE) for share in (50, 99))
    if rate is None or p50 is None or p99 is None:
        raise SystemExit(said)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    count = int(errors[1] if errors else 0) + sum(int(number) for number in (lost.groups() if lost else ()))
    return f"{float(rate[1]):10.0f} {_ms(p50[1]):8.1f} {_ms(p99[1]):8.1f}", count


def _ms(text: str) -> float:
    """wrk's times in milliseconds: 850.00us, 12.30ms, 1.20s."""
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    raise ValueError(text)


def alone(url: str, functions: Sequence[Ask], seconds: int) -> tuple[float, list[float]]:
    """Calls a second of the functions themselves, and the seconds each took, sorted."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    def call(first: int) -> None:
        with connect.connect(url) as db:
            for function in islice(cycle(functions), first, None):
                began = time.perf_counter()
                if began > end:
                    return
                function(db)
                took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=call, args=[n * len(functions) // CONNECTIONS]) for n in range(CONNECTIONS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(took) / (time.perf_counter() - started), sorted(took)


if __name__ == "__main__":
    sys.exit(main())
