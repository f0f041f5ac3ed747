"""How fast a song is found among very many, and what being findable costs: `./run bench titles [--recordings N]`.

Fills a database of its own with recordings whose titles are made of invented words, a few of them in very many titles
as in life, one track and one producer each. Then it searches, beside the plain question that reads every title, and
stores recordings with and without the indexes that find them.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect
from linernotes.search.titles import find_tracks

WORDS = 20_000
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "lo", "ve")

FILL = (
    # The k-th word is in about 1/k of the titles that the first word is in.
    "create table public.words as"
    " select k, (select string_agg((%(syllables)s::text[])[1 + abs(hashint4(k * 7 + i)) %% 16], '' order by i)"
    "            from generate_series(1, 2 + k %% 3) i) as word from generate_series(1, %(words)s) k",
    "create index on public.words (k)",
    "insert into public.artists (name) select 'Artist ' || n from generate_series(1, 20000) n",
    "insert into public.albums (name, artist_id, release_date) select 'Album ' || row_number() over (), id,"
    " date '1960-01-01' + (row_number() over ())::int %% 20000 from public.artists, generate_series(1, 5)",
    "insert into public.producers (name, normalized_name)"
    " select 'P ' || n, 'p ' || n from generate_series(1, 1000) n",
    "insert into linernotes.recordings (title, title_key, artist_key)"
    " select t.title, t.title, 'artist ' || 1 + n %% 20000 from generate_series(1, %(recordings)s) n"
    " cross join lateral (select string_agg(w.word, ' ') as title from generate_series(1, 1 + n %% 4) i"
    "   join public.words w on w.k = floor(power(%(words)s,"
    "     (abs(hashint8(n * 11::bigint + i * 1000003)::bigint) %% 1000000) / 1000000.0))::int) t",
    "insert into public.tracks (name, album_id, recording_id)"
    " select r.title, b.id, r.id from (select id, title, row_number() over () as n from linernotes.recordings) r"
    " join (select id, row_number() over () as k from public.albums) b on b.k = 1 + r.n %% 100000",
    "insert into public.track_producers (track_id, producer_id, confidence, source, role)"
    " select t.id, p.id, 0.9, 'bench', 'producer' from (select id, row_number() over () as n from public.tracks) t"
    " join (select id, row_number() over () as k from public.producers) p on p.k = 1 + t.n %% 1000",
    "vacuum analyze",
)

DROP = "drop index linernotes.recordings_text_idx, linernotes.recordings_words_idx, linernotes.recordings_title_idx"
PLAIN = "select count(*) from public.tracks where name ilike %s"


def main(argv: Sequence[str] | None = None) -> None:
    """Load, search, store, print."""
    parser = argparse.ArgumentParser(prog="./run bench titles", description=__doc__)
    parser.add_argument("--recordings", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=100, help="of each kind")
    ask = parser.parse_args(argv)
    with scratch_database() as url, connect(url) as db:
        begun = time.perf_counter()
        given = {"words": WORDS, "syllables": list(SYLLABLES), "recordings": ask.recordings}
        for statement in FILL:
            db.execute(statement, given)
        print(f"{ask.recordings:,} recordings loaded in {time.perf_counter() - begun:.0f} s")
        draw = random.Random(20261122)
        rows = db.execute(
            "select title_key, artist_key from linernotes.recordings order by md5(id::text) limit %s",
            [4 * ask.searches],
        ).fetchall()
        for kind, terms in kinds(rows, ask.searches, draw).items():
            measure(db, kind, terms)
        cost(db, ask.recordings)


def kinds(rows: Sequence[Any], count: int, draw: random.Random) -> dict[str, list[str]]:
    """What people type: of each kind so many terms, drawn from what is there."""
    long = [(title, artist) for title, artist in rows if len(title.split()) >= 2]
    return {
        "a whole title": [title for title, _ in long[:count]],
        "two words of it": [" ".join(draw.sample(title.split(), 2)) for title, _ in long[:count]],
        "a word of it": [draw.choice(title.split()) for title, _ in long[:count]],
        "the most frequent words": [title for title, _ in rows if len(title.split()) == 1][:count],
        "title and artist": [f"{title} {artist}" for title, artist in long[:count]],
        "misspelt": [misspelt(title, draw) for title, _ in long[:count]],
    }


def misspelt(title: str, draw: random.Random) -> str:
    """With one letter in the middle taken out."""
    at = draw.randrange(1, len(title) - 1)
    return title[:at] + title[at + 1 :]


def measure(db: psycopg.Connection[Any], kind: str, terms: Sequence[str]) -> None:
    """Print how long the search took, and how many times faster it was than reading every title."""
    times = sorted(seconds(lambda term=term: find_tracks(db, term, limit=10)) for term in terms)
    plain = statistics.median(
        seconds(lambda term=term: db.execute(PLAIN, [f"%{term}%"]).fetchall()) for term in terms[:5]
    )
    middle = statistics.median(times)
    print(
        f"{kind:25} p50 {middle * 1000:7.1f} ms   p99 {times[int(len(times) * 0.99) - 1] * 1000:7.1f} ms   "
        f"{plain / middle:7.1f} times faster than reading all"
    )


def cost(db: psycopg.Connection[Any], recordings: int) -> None:
    """Print what the indexes cost when recordings are stored, a thousand at a time."""
    times = {}
    for kind in ("with the indexes", "without"):
        if kind == "without":
            db.execute(DROP)
        times[kind] = seconds(lambda: [store(db, batch) for batch in range(20)])
        print(f"20,000 recordings stored {kind:15} {times[kind]:6.2f} s")
    print(f"of that the indexes: {1 - times['without'] / times['with the indexes']:.2f}")


def store(db: psycopg.Connection[Any], batch: int) -> None:
    """A thousand new recordings in one statement."""
    db.execute(
        "insert into linernotes.recordings (title, title_key, artist_key)"
        " select title, title_key, artist_key || ' again' from linernotes.recordings offset %s limit 1000",
        [batch * 1000],
    )


def seconds(work: Callable[[], Any]) -> float:
    """How long it took."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
