"""Asking again for credits that arrive late: rule F5."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import Connection
from typer.testing import CliRunner

from linernotes.cli import app
from linernotes.database.connect import connect
from linernotes.model.claim import Person
from linernotes.pipeline.freshness import artist_due, credits_due, spread
from linernotes.services.repolling import due, send_due
from tests.database.runs import Run
from tests.shelf import ids

DAY = timedelta(days=1)
RELEASED = date(2026, 11, 20)
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def run(pool: Any, db: Any) -> Run:
    made = Run(pool, db)
    made.now = BEGIN + 12 * timedelta(hours=1)
    return made


def days_of_looks(released: date | None, first: datetime, times: int) -> list[float]:
    """On which days after the first of all a source is asked, when it is asked as soon as it is due."""
    looked, days = first, []
    for _ in range(times):
        looked = credits_due(released, first, looked, "a track/a source")
        days.append((looked - first) / DAY)
    return days


def test_credits_are_asked_for_again_1_7_30_and_90_days_after_the_release_then_every_180() -> None:
    days = days_of_looks(RELEASED, BEGIN, 6)
    gaps = [*days[:4], days[4] - days[3], days[5] - days[4]]
    assert gaps == pytest.approx([1, 7, 30, 90, 180, 180], rel=0.1)


def test_without_a_release_date_the_first_look_stands_for_it() -> None:
    assert days_of_looks(None, BEGIN, 4) == pytest.approx([1, 7, 30, 90], rel=0.1)


def test_an_old_release_is_asked_about_every_180_days_only() -> None:
    assert days_of_looks(date(1977, 10, 14), BEGIN, 1) == pytest.approx([180], rel=0.1)


def test_intervals_differ_by_up_to_a_tenth_and_by_as_much_for_the_same_track_always() -> None:
    lengths = {spread(30 * DAY, f"track {n}") / DAY for n in range(500)}
    assert 27 <= min(lengths) < 27.3
    assert 32.7 < max(lengths) <= 33
    assert spread(30 * DAY, "one") == spread(30 * DAY, "one")


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@given(st.none() | st.dates(date(1950, 1, 1), date(2031, 1, 1)), MOMENTS, MOMENTS, st.text("abc/é", max_size=8))
def test_no_source_is_asked_again_within_a_day(
    released: date | None, first: datetime, looked: datetime, seed: str
) -> None:
    assert credits_due(released, first, looked, seed) >= looked + DAY


def test_an_artist_who_releases_is_looked_at_weekly_and_another_every_30_days() -> None:
    for released, days in ((RELEASED, 7), (RELEASED - 360 * DAY, 7), (RELEASED - 370 * DAY, 30), (None, 30)):
        assert (artist_due(released, BEGIN, "an artist") - BEGIN) / DAY == pytest.approx(days, rel=0.1)


def test_the_database_counts_when_an_artist_is_due_as_the_pipeline_does(any_database_url: str) -> None:
    with connect(any_database_url) as db:
        for released in (None, RELEASED, date(1977, 10, 14), RELEASED - 364 * DAY, RELEASED - 366 * DAY):
            row = db.execute("select linernotes.artist_due(%s, %s, 'a/b')", [released, BEGIN]).fetchone()
            assert row
            assert abs(row[0] - artist_due(released, BEGIN, "a/b")) < timedelta(milliseconds=1)


def test_the_database_counts_as_the_pipeline_does(any_database_url: str) -> None:
    with connect(any_database_url) as db:
        for released in (None, RELEASED, date(1977, 10, 14), RELEASED + 40 * DAY):
            for hours in (0, 30, 24 * 8, 24 * 95, 24 * 800):
                first, looked = BEGIN, BEGIN + timedelta(hours=hours)
                row = db.execute(
                    "select linernotes.due_again(%s, %s, %s, 'é/x')", [released, first, looked]
                ).fetchone()
                assert row is not None
                assert abs(row[0] - credits_due(released, first, looked, "é/x")) < timedelta(milliseconds=1)


# ---- over the shell


def tracks_due(run: Run) -> list[tuple[str, str | None]]:
    return [(one.track, one.source) for one in due(run.db, run.now, 100)]


async def discovered(run: Run) -> None:
    """The artist of the shelf, whose album came out on RELEASED."""
    run.start()
    await run.drain()
    run.db.execute("update albums set release_date = %s", [RELEASED])
    run.db.execute("update tracks set created_at = %s", [run.now])
    run.shelf.asked.clear()


async def test_a_credit_that_arrives_late_is_found_without_a_full_crawl(run: Run):
    await discovered(run)
    assert tracks_due(run) == []
    run.shelf.made["Two"] = (*run.shelf.made["Two"], Person(name="Late Bob", ids=ids("bob")))
    run.now += 2 * DAY
    assert sorted(tracks_due(run)) == [("One", "test"), ("Two", "test")]
    assert send_due(run.db, due(run.db, run.now, 100), run.now) == 2
    await run.drain()
    names = "select distinct p.name from track_producers x join producers p on p.id = x.producer_id order by 1"
    assert run.all(names) == [("Ada",), ("Late Bob",)]
    assert [a for a in run.shelf.asked if not a.startswith("profiles")] == ["credits Album"]
    assert tracks_due(run) == []
    run.now += 6 * DAY
    assert len(tracks_due(run)) == 2


async def test_what_was_sent_for_a_date_is_not_sent_for_it_again(run: Run):
    await discovered(run)
    run.now += 2 * DAY
    rows = due(run.db, run.now, 100)
    assert [send_due(run.db, rows, run.now) for _ in range(2)] == [2, 0]
    assert run.one("select count(*) from pgmq.q_producer_identification") == 2


async def test_a_track_that_no_source_knew_is_asked_for_again_too(run: Run):
    run.shelf.made = {}
    await discovered(run)
    run.now += 2 * DAY
    assert sorted(tracks_due(run)) == [("One", None), ("Two", None)]
    run.shelf.made = {"One": (Person(name="Late Bob", ids=ids("bob")),)}
    send_due(run.db, due(run.db, run.now, 100), run.now)
    await run.drain()
    assert run.all("select p.name from track_producers x join producers p on p.id = x.producer_id") == [("Late Bob",)]


async def test_lists_of_ones_own_and_sources_that_are_off_are_never_due(run: Run):
    await discovered(run)
    run.now += 2 * DAY
    assert due(run.db, run.now, 100, ["musicbrainz"]) == []
    run.db.execute("update linernotes.lookups set source = 'file:list.csv'")
    assert tracks_due(run) == []


async def test_kept_answers_about_what_is_due_end_and_others_stay(run: Run):
    await discovered(run)
    run.now += 2 * DAY
    asked = (
        "GET https://x.example/release/Album?inc=a",
        "GET https://x.example/q?query=id%3AAlbum",
        "GET https://x.example/release/Other",
    )
    run.db.execute(
        "update linernotes.external_ids set value = 'Album' where entity_type = 'album' and scheme = 'test'"
    )
    for request in asked:
        run.db.execute(
            "insert into linernotes.responses values ('test', %s, 200, '', %s, %s)",
            [request, run.now - DAY, run.now + 5 * DAY],
        )
    send_due(run.db, due(run.db, run.now, 100), run.now)
    fresh = "select request from linernotes.responses where expires_at > %s"
    assert run.db.execute(fresh, [run.now]).fetchall() == [(asked[2],)]


def test_the_command_lists_what_is_due_and_sends_it(
    db: Connection[Any], database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    invoke = CliRunner().invoke
    assert invoke(app, ["credits", "due"]).stderr == "Nothing is due.\n"
    made = db.execute(
        """with a as (insert into artists (name) values ('Ada') returning id),
                b as (insert into albums (name, artist_id, release_date)
                      select 'First', id, current_date - 2 from a returning id),
                r as (insert into linernotes.recordings (title, title_key, artist_key)
                      values ('Song', 'song', 'ada') returning id)
           insert into tracks (name, album_id, recording_id)
           select 'Song', b.id, r.id from b, r returning id, recording_id"""
    ).fetchone()
    assert made
    db.execute(
        "insert into linernotes.lookups values (%s, 'musicbrainz', %s, now() - interval '50 hours', 0)", made[::-1]
    )
    (row,) = json.loads(invoke(app, ["credits", "due", "--json"]).stdout)
    assert (row["track"], row["artist"], row["source"]) == ("Song", "Ada", "musicbrainz")
    sent = invoke(app, ["credits", "due", "--send"])
    assert "1 tracks sent for" in sent.stderr
    body = db.execute("select message from pgmq.q_producer_identification").fetchone()
    assert body
    assert (body[0]["trackId"], body[0]["source"]) == (str(made[0]), "musicbrainz")
