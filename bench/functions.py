"""Two reading functions on much data: how long they take, and by which plans.

    ./run bench functions [--tracks 5000] [--rows 1000000]

get_producer_collaborations for one producer with many tracks, beside the same question put plainly; get_system_health
with many rows of status and metrics. Each is called several times in a database of its own; the plans are those of
the statements inside the functions.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect
from linernotes.database.server import superuser_url

CALLS = 15

FILL = (
    "insert into public.artists (name) select 'Artist ' || n from generate_series(1, 200) n",
    "insert into public.albums (name, artist_id, release_date)"
    " select 'Album ' || n, a.id, date '1960-01-01' + n * 7"
    " from generate_series(1, 1000) n join (select id, row_number() over (order by id) as k from public.artists) a"
    " on a.k = 1 + n %% 200",
    "insert into public.tracks (name, album_id) select 'Track ' || n, b.id from generate_series(1, %(tracks)s * 4) n"
    " join (select id, row_number() over (order by id) as k from public.albums) b on b.k = 1 + n %% 1000",
    "insert into public.producers (name, normalized_name) select 'Producer ' || n, 'producer ' || n"
    " from generate_series(1, 1000) n",
    "insert into public.track_producers (track_id, producer_id, confidence, source, role)"
    " select t.id, p.id, 0.9, 'bench', 'producer' from (select id from public.tracks order by id limit %(tracks)s) t"
    " cross join (select id from public.producers where normalized_name = 'producer 1') p",
    "insert into public.track_producers (track_id, producer_id, confidence, source, role)"
    " select t.id, p.id, 0.9, 'bench', 'mixer' from (select id, row_number() over (order by id) as n"
    " from public.tracks) t join (select id, row_number() over (order by id) as k from public.producers) p"
    " on p.k = 1 + t.n %% 1000",
    "insert into public.processing_status (entity_type, entity_id, state, attempts, last_processed_at, dead_lettered)"
    " select (array['artist', 'album', 'track', 'producer'])[1 + n %% 4], n::text,"
    " case when n %% 1000 = 0 then 'FAILED' when n %% 777 = 0 then 'IN_PROGRESS' else 'COMPLETED' end,"
    " 1, now() - n * interval '1 second', n %% 1000 = 0 from generate_series(1, %(rows)s) n",
    "insert into public.queue_metrics"
    " (queue_name, operation, success_count, error_count, processed_count, created_at)"
    " select (array['artist_discovery', 'track_discovery'])[1 + n %% 2], 'batch', 10, 0, 10,"
    " now() - n * interval '1 second' from generate_series(1, %(rows)s) n",
    "vacuum analyze",
)

PLAIN = """
select a.id, a.name, count(distinct t.id), jsonb_agg(distinct jsonb_build_object('id', t.id, 'name', t.name))
from public.track_producers x join public.tracks t on t.id = x.track_id join public.albums b on b.id = t.album_id
join public.artists a on a.id = b.artist_id where x.producer_id = %s group by a.id order by 3 desc
"""


def timed(db: psycopg.Connection[Any], name: str, query: str, *parameters: Any) -> None:
    """Print the median and the longest of several calls."""
    times = []
    for _ in range(CALLS):
        started = time.perf_counter()
        rows = db.execute(query, parameters).fetchall()  # type: ignore[arg-type]
        times.append((time.perf_counter() - started) * 1000)
    print(f"{name:45} median {statistics.median(times):8.1f} ms   longest {max(times):8.1f} ms   {len(rows)} rows")


def plans(url: str, query: str, *parameters: Any) -> None:
    """Print the plans of the statements inside a function, as the server notes them."""
    with psycopg.connect(superuser_url(url), autocommit=True) as db:
        db.execute("load 'auto_explain'")
        for setting in (
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_nested_statements = on",
            "auto_explain.log_analyze = on",
            "auto_explain.log_timing = off",
            "client_min_messages = log",
        ):
            db.execute(f"set {setting}")  # type: ignore[arg-type]
        db.add_notice_handler(lambda notice: show(notice.message_primary or ""))
        db.execute(query, parameters)  # type: ignore[arg-type]


def show(text: str) -> None:
    """The lines of a plan that tell how rows are reached."""
    lines = [line.rstrip() for line in text.splitlines() if "Scan" in line or "duration" in line]
    if len(lines) > 1:
        print("\n".join(f"    {line.strip()[:150]}" for line in lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=5000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    ask = parser.parse_args()
    with scratch_database() as url, connect(url) as db:
        started = time.perf_counter()
        for statement in FILL:
            db.execute(statement, vars(ask) if "%" in statement else None)  # type: ignore[arg-type]
        print(f"loaded in {time.perf_counter() - started:.1f} s")
        found = db.execute("select id from producers where normalized_name = 'producer 1'").fetchone()
        assert found
        collaborations = "select * from public.get_producer_collaborations(%s)"
        timed(db, f"get_producer_collaborations, {ask.tracks} tracks", collaborations, found[0])
        timed(db, "the same put plainly", PLAIN, found[0])
        plans(url, collaborations, found[0])
        timed(db, f"get_system_health, {ask.rows} rows of each", "select public.get_system_health()")
        plans(url, "select public.get_system_health()")


if __name__ == "__main__":
    main()
