"""House-keeping of ours that the scheduler does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from psycopg import Connection

from linernotes.model.message import Queue
from linernotes.services.chores import CHORES
from linernotes.services.workers import WORKERS
from tests.database.watching import MINUTE, NOON, Watch, fired

# ---- our own house-keeping


async def test_tracks_whose_credits_may_have_come_late_are_sent_for_by_a_job(pool: Any, db: Connection[Any]):
    watch = Watch(pool, db)
    watch.office.start()
    await watch.office.drain()
    album = db.execute('update albums set metadata = metadata || \'{"sources": {"test": {}}}\' returning id').rowcount
    assert album == 1
    db.execute("update linernotes.lookups set looked_at = %s", [NOON - timedelta(days=200)])
    before = watch.office.waiting(Queue.PRODUCER_IDENTIFICATION)
    watch.job("a", target="lateCredits", runs="chore", arguments={"limit": 200})
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert watch.runs("outcome, answer") == [("done", {"success": True, "sent": 2})]
    assert watch.office.waiting(Queue.PRODUCER_IDENTIFICATION) == before + 2


async def test_artists_who_may_have_a_new_album_are_sent_for_by_a_job_once_for_each_source(
    pool: Any, db: Connection[Any]
):
    watch = Watch(pool, db)
    watch.office.start()
    await watch.office.drain()
    db.execute(
        "update albums set metadata = metadata || %s, created_at = %s",
        ['{"sources": {"musicbrainz": true, "deezer": true, "file:mine.csv": true}}', NOON - timedelta(days=40)],
    )
    before = watch.office.waiting(Queue.ALBUM_DISCOVERY)
    watch.job("a", target="newReleases", runs="chore", arguments={"limit": 100})
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert watch.runs("outcome, answer") == [("done", {"success": True, "sent": 2})]
    assert watch.office.waiting(Queue.ALBUM_DISCOVERY) == before + 2
    watch.now += 2 * MINUTE
    await fired(watch.scheduler())
    assert watch.office.waiting(Queue.ALBUM_DISCOVERY) == before + 2


async def test_expired_answers_of_sources_go_and_fresh_ones_stay(db: Connection[Any]):
    for name, hours in (("old", -1), ("fresh", 1)):
        db.execute(
            "insert into linernotes.responses (source, request, status, body, fetched_at, expires_at)"
            " values ('s', %s, 200, '', %s, %s)",
            [name, NOON - timedelta(days=1), NOON + timedelta(hours=hours)],
        )
    assert db.execute("select linernotes.drop_expired_answers(%s)", [NOON]).fetchone() == (1,)
    assert db.execute("select request from linernotes.responses").fetchall() == [("fresh",)]


def test_every_job_of_ours_runs_something_that_exists(db: Connection[Any]):
    for name, runs, target in db.execute("select name, runs, target from linernotes.jobs").fetchall():
        if runs == "function":
            assert db.execute("select to_regproc(%s) is not null", [target]).fetchone() == (True,), name
        else:
            assert target in (WORKERS if runs == "worker" else CHORES), name
