"""How many calls each route from an artist's name to all credits costs, by the sources' own count.

    python bench/calls.py [--albums 10] [--tracks 12] [--editions 6]

Runs the whole pipeline over stand-ins that keep each service's documented rules (page sizes, quota modes, limits),
once from nothing and once more with every answer kept, and prints a line a route beside what the route should cost at
most. Tokens (one an hour) and the people's own pages (one a person) come on top and are left out. Exits 1 when a
route costs more, when a credit is missing, or when the second time costs anything. Uses a database of its own on the
server that LINERNOTES_DATABASE_URL names, or on the embedded one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import dataclass
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database
from linernotes.database.connect import connect
from tests.sources.drive import drive
from tests.sources.mock_musicbrainz import small_world
from tests.sources.mock_spotify import App

ARTIST = "Ada Lind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way to all credits. limits: the calls it may cost at most at each source it asks."""

    name: str
    source: str
    limits: dict[str, int]
    app: App | None = None
    mode: str = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a route cost: calls by source, the second time, tracks, and how many of them have a producer."""

    calls: dict[str, int]
    again: int
    tracks: int
    produced: int


def routes(a: int, t: int, e: int) -> list[Route]:
    """The routes, each with the figure of its formula for A albums of T tracks in E editions."""
    bridge = {"musicbrainz": ceil(a * t / 50) + a}
    development = 1 + ceil(a / 10) + a + a * t
    extended = 1 + ceil(a / 50) + ceil(a / 20) + ceil(a * t / 50)
    return [
        Route(name="MusicBrainz", source="musicbrainz", limits={"musicbrainz": 1 + ceil(a * e / 100) + a}),
        Route(name="Deezer, then MusicBrainz", source="deezer", limits={"deezer": 1 + ceil(a / 50) + a, **bridge}),
        Route(
            name="Spotify (Development Mode), then MusicBrainz",
            source="spotify",
            limits={"spotify": development, **bridge},
            mode="development",
        ),
        Route(
            name="Spotify (Extended Quota Mode), then MusicBrainz",
            source="spotify",
            limits={"spotify": extended, **bridge},
            app=App(extended=True),
            mode="extended",
        ),
        Route(
            name="the same, mode not set (it is found out)",
            source="spotify",
            # Beyond ten albums: a try, and a first page of ten only.
            limits={"spotify": extended + (2 if a > 10 else 0), **bridge},
            app=App(extended=True),
        ),
        Route(
            name="Spotify (Development Mode), mode not set, then MusicBrainz",
            source="spotify",
            limits={"spotify": development + 1, **bridge},
        ),
    ]


async def measure(route: Route, a: int, t: int, e: int) -> Cost:
    """Run a route twice."""
    world = small_world(ARTIST, albums=a, tracks=t, editions=e)
    with scratch_database() as url:
        async with drive(url, world, app=route.app or App(), spotify_mode=route.mode) as run:
            await run.discover(ARTIST, route.source)
            calls = dict(run.calls())
            run.forget_that_it_is_done()
            run.restart()
            await run.discover(ARTIST, route.source)
            again = sum(run.calls().values()) - sum(calls.values())
            again -= run.calls()["tokens"] - calls.get("tokens", 0)
        with connect(url) as db:
            row = db.execute(
                """select (select count(*) from public.tracks), count(distinct track_id)
                   from public.track_producers join linernotes.roles on code = role where counts_as_producer"""
            ).fetchone()
    assert row is not None
    return Cost(calls=calls, again=again, tracks=row[0], produced=row[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--albums", type=int, default=10)
    parser.add_argument("--tracks", type=int, default=12)
    parser.add_argument("--editions", type=int, default=6)
    given = parser.parse_args()
    size = given.albums, given.tracks, given.editions
    print(f"{given.albums} albums of {given.tracks} tracks, {given.editions} editions each")
    print(f"{'route':60} {'calls':>12} {'at most':>12} {'again':>6} {'produced':>9}")
    kept = True
    for route in routes(*size):
        cost = asyncio.run(measure(route, *size))
        calls = " + ".join(str(cost.calls.get(source, 0)) for source in route.limits)
        limit = " + ".join(str(most) for most in route.limits.values())
        produced = f"{cost.produced}/{cost.tracks}"
        good = all(cost.calls.get(source, 0) <= most for source, most in route.limits.items())
        good = good and cost.again == 0 and cost.produced == cost.tracks == given.albums * given.tracks
        kept = kept and good
        print(f"{route.name:60} {calls:>12} {limit:>12} {cost.again:>6} {produced:>9}{'' if good else '  NOT KEPT'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
