"""The plan of a discovery: what it says is what the discovery then costs, and making it costs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from linernotes.search.discovered import found_producers, summary
from linernotes.services.discovery import starts
from linernotes.services.plan import Plan, plan
from linernotes.settings import Settings
from linernotes.sources.asking import Planning
from linernotes.sources.registry import Registry, web_openers
from linernotes.sources.spotify.asks import in_mode
from linernotes.sources.spotify.mode import Mode
from tests.sources import mock_deezer, mock_spotify
from tests.sources.drive import Drive, drive
from tests.sources.mock_musicbrainz import isrc, mbid, small_world
from tests.sources.mock_spotify import App


async def planned(run: Drive, db: psycopg.Connection, locator: str, name: str = "Ada Lind", **settings: Any) -> Plan:
    """The plan as the command makes it, in the time of the test."""
    own = Settings(**{**run.settings.model_dump(), **settings})
    registry = Registry(web_openers(own, run.pool, run.client))
    source = registry.catalogue(locator)
    (start,) = await starts(source, [name])
    taking_part = {s.name: s for s in [*registry.credits(locator), *registry.profiles(locator)]}
    return await plan(db, own, source, list(taking_part.values()), start, run.time.now())


def by_source(found: Plan) -> Counter[str]:
    """Calls to each source, the people's own pages apart, as `Drive.calls` counts."""
    counted: Counter[str] = Counter()
    for step in found.steps:
        counted["profiles" if step.purpose.startswith("links") else step.source] += step.calls
    return +counted


ROUTES = [
    ("musicbrainz", "auto", {"musicbrainz": 12}),
    ("deezer", "auto", {"deezer": 12, "musicbrainz": 13}),
    ("spotify", "development", {"spotify": 132, "musicbrainz": 13}),
    ("spotify", "extended", {"spotify": 6, "musicbrainz": 13}),
    ("spotify", "auto", {"spotify": 133, "musicbrainz": 13}),
]


@pytest.mark.parametrize(("source", "mode", "calls"), ROUTES)
async def test_of_an_unknown_artist_the_plan_is_that_of_a_usual_one_and_says_so(
    source: str, mode: str, calls: dict[str, int], database_url: str, db: psycopg.Connection
) -> None:
    async with drive(database_url, small_world(albums=1, tracks=1), spotify_mode=mode) as run:
        found = await planned(run, db, source)
        assert sum(len(server.asked) for server in run.servers.values()) == 0
    assert (found.known, found.done, found.albums, found.tracks) == (False, False, 10, 120)
    assert {name: count for name, count in by_source(found).items() if name != "profiles"} == calls
    assert by_source(found)["profiles"] == 20 + 1
    assert found.calls == sum(by_source(found).values())


@pytest.mark.parametrize(("source", "mode", "calls"), ROUTES)
async def test_of_a_known_artist_whose_answers_are_over_the_plan_is_what_it_then_costs(
    source: str, mode: str, calls: dict[str, int], database_url: str, db: psycopg.Connection
) -> None:
    extended = mode == "extended"
    async with drive(
        database_url, small_world(albums=3, tracks=5), app=App(extended=extended), spotify_mode=mode
    ) as run:
        await run.discover("Ada Lind", source)
        before = run.calls()
        run.forget_that_it_is_done()
        db.execute("delete from linernotes.responses")
        run.restart()
        found = await planned(run, db, source)
        await run.discover("Ada Lind", source)
        cost = run.calls() - before
    cost.pop("tokens", None)
    assert (found.known, found.albums, found.tracks) == (True, 3, 15)
    assert by_source(found) == cost


@pytest.mark.parametrize(("source", "mode", "calls"), ROUTES)
async def test_answers_that_are_kept_cost_nothing(
    source: str, mode: str, calls: dict[str, int], database_url: str, db: psycopg.Connection
) -> None:
    extended = mode == "extended"
    async with drive(
        database_url, small_world(albums=2, tracks=3), app=App(extended=extended), spotify_mode=mode
    ) as run:
        await run.discover("Ada Lind", source)
        asked = run.calls()
        run.forget_that_it_is_done()
        found = await planned(run, db, source)
        assert run.calls() == asked
    at_source = sum(step.calls for step in found.steps if step.source != "wikidata")
    assert at_source == 0
    assert sum(step.kept for step in found.steps) > 3


@pytest.mark.parametrize("source", ["musicbrainz", "deezer", "spotify"])
async def test_an_artist_named_by_an_id_is_discovered_planned_and_summed_up(
    source: str, database_url: str, db: psycopg.Connection
) -> None:
    ids = {
        "musicbrainz": mbid("artist", "Ada Lind"),
        "deezer": f"deezer:{mock_deezer.number('artist', 'Ada Lind')}",
        "spotify": f"https://open.spotify.com/artist/{mock_spotify.number('artist', 'Ada Lind')}",
    }
    async with drive(database_url, small_world(albums=2, tracks=3)) as run:
        await run.discover(ids[source], source)
        found = summary(db, source, [ids[source]])
        assert (found.artists, found.albums, found.tracks) == (1, 2, 6)
        assert len(found_producers(db, source, [ids[source]], 50)) > 2
        assert summary(db, source, ["deezer:1"]).artists == 0
        run.forget_that_it_is_done()
        asked = run.calls()
        planned_for = await planned(run, db, source, ids[source])
        assert (planned_for.artist, planned_for.known, planned_for.tracks) == ("Ada Lind", True, 6)
        assert sum(s.calls for s in planned_for.steps if s.source == source) == 0
        assert run.calls() == asked


async def test_a_discovery_that_counts_as_done_costs_nothing_until_then(
    database_url: str, db: psycopg.Connection
) -> None:
    async with drive(database_url, small_world(albums=1, tracks=1)) as run:
        source = Registry(web_openers(run.settings, run.pool, run.client)).catalogue("deezer")
        (start,) = await starts(source, ["Ada Lind"])
        now = run.time.now()
        db.execute(
            "insert into linernotes.idempotency_keys (queue_name, key, done_at, fresh_until)"
            " values ('artist_discovery', %s, %s, %s + interval '1 day')",
            [start.key, now, now],
        )
        found = await planned(run, db, "deezer")
        assert (found.done, found.calls, found.steps) == (True, 0, ())
        assert found.done_until is not None
        await run.time.sleep(24 * 3600)
        assert not (await planned(run, db, "deezer")).done


async def test_half_kept_answers_are_half_the_cost(database_url: str, db: psycopg.Connection) -> None:
    async with drive(database_url, small_world(albums=4, tracks=2)) as run:
        await run.discover("Ada Lind", "musicbrainz")
        run.forget_that_it_is_done()
        db.execute(
            "delete from linernotes.responses where request in"
            " (select request from linernotes.responses where request like '%%/release/%%' limit 2)"
        )
        steps = {s.purpose: (s.calls, s.kept) for s in (await planned(run, db, "musicbrainz")).steps}
    assert steps["tracks and credits of each album"] == (2, 2)
    assert steps["finding the artist"] == (0, 1)


async def test_genius_and_discogs_are_counted_when_they_take_part(database_url: str, db: psycopg.Connection) -> None:
    async with drive(database_url, small_world(albums=3, tracks=4)) as run:
        tokens = {
            "sources": "musicbrainz,genius,discogs",
            "genius_token": SecretStr("token"),
            "discogs_token": SecretStr("token"),
        }
        unknown = await planned(run, db, "musicbrainz", **tokens)
        assert {s.source: s.calls for s in unknown.steps if not s.purpose.startswith("links")}["genius"] == 240
        await run.discover("Ada Lind", "musicbrainz")
        run.forget_that_it_is_done()
        known = await planned(run, db, "musicbrainz", **tokens)
        counted = {s.source: s.calls for s in known.steps if not s.purpose.startswith("links")}
    assert (counted["genius"], counted["discogs"]) == (2 * 12, 2 * 3)


def test_a_mode_that_was_found_out_is_believed() -> None:
    unknown = Planning(name="Ada", artist=None, settings=Settings())

    def calls(setting: Mode, found_out: str | None) -> int:
        return sum(ask.further + len(ask.questions) for ask in in_mode(unknown, setting, found_out))

    assert calls(Mode.AUTO, "extended") == calls(Mode.EXTENDED, None) == 6
    assert calls(Mode.AUTO, "development") == calls(Mode.DEVELOPMENT, "extended") == 132
    assert calls(Mode.AUTO, None) == 133


# ---- the command


def linernotes(database_url: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("LINERNOTES_")}
    own |= {"LINERNOTES_DATABASE_URL": database_url, "LINERNOTES_CONTACT": "tests@example.org", **environment}
    return subprocess.run(
        [sys.executable, "-m", "linernotes", *words], env=own, capture_output=True, text=True, check=False
    )


def test_the_command_prints_the_plan_ends_with_0_and_leaves_everything_as_it_was(
    database_url: str, db: psycopg.Connection
) -> None:
    nobody = {"LINERNOTES_DEEZER_URL": "http://127.0.0.1:9", "LINERNOTES_MUSICBRAINZ_URL": "http://127.0.0.1:9"}
    done = linernotes(database_url, "discover", "Ada Lind", "--from", "deezer", "--explain-plan", **nobody)
    assert done.returncode == 0, done.stderr
    assert "not known here yet" in done.stdout
    assert "12 tracks" in done.stdout
    assert "46 calls to make" in done.stdout
    tables = ("pgmq.q_artist_discovery", "linernotes.budgets", "linernotes.idempotency_keys", "public.artists")
    assert [db.execute(f"select count(*) from {table}").fetchone() for table in tables] == [(0,)] * 4


def test_as_json_every_step_has_its_numbers(database_url: str) -> None:
    done = linernotes(database_url, "discover", "Ada Lind", "Bo Ek", "--explain-plan", "--json")
    first, second = json.loads(done.stdout)
    assert (first["artist"], second["artist"], first["known"]) == ("Ada Lind", "Bo Ek", False)
    assert sum(step["calls"] for step in first["steps"]) == first["calls"] == 33
    assert {"source", "purpose", "calls", "kept"} == set(first["steps"][0])


def test_of_a_file_the_real_numbers_are_told(database_url: str, tmp_path: Path) -> None:
    rows = [f"Ada Lind,One,song {n},{isrc(f'song {n}')},Zed" for n in range(60)]
    path = tmp_path / "songs.csv"
    path.write_text("\n".join(["artist,album,track,isrc,producers", *rows]) + "\n", encoding="utf-8")
    done = linernotes(database_url, "discover", "--all", "--from", f"file:{path}", "--explain-plan", "--json")
    (found,) = json.loads(done.stdout)
    assert (found["known"], found["albums"], found["tracks"]) == (True, 1, 60)
    assert [s["calls"] for s in found["steps"] if s["source"] == "musicbrainz"][:2] == [2, 1]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("discover", "x", "--from", "spotify", "--explain-plan"), 1, "LINERNOTES_SPOTIFY_CLIENT_ID"),
        (("discover", "x", "--from", "wikidata", "--explain-plan"), 2, "no catalogue"),
        (("discover", "--explain-plan"), 2, "Name the artists"),
    ],
)
def test_what_cannot_be_planned_is_told_in_a_sentence(
    words: tuple[str, ...], status: int, says: str, database_url: str
) -> None:
    done = linernotes(database_url, *words)
    assert (done.returncode, says in done.stderr) == (status, True)
