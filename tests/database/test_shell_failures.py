"""What becomes of a message whose work does not get done: it waits, is tried again, or is given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from linernotes.errors import BadAnswer, SourceBusy, SourceRefused
from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import Person, ProducerRef, Profile
from linernotes.model.message import Queue
from linernotes.queues import belt
from tests.database.runs import Run, waiting
from tests.shelf import Only, Shelf, ids


async def test_a_source_that_is_busy_spends_no_attempt_and_is_asked_again_when_it_said(run: Run):
    run.shelf.raises["credits"] = SourceBusy("test", timedelta(hours=2), "429")
    run.start()
    await run.drain()
    status = "select state, attempts, last_error from processing_status where entity_type = 'track'"
    assert run.all(status) == [("PENDING", 0, "test: 429")] * 2
    run.shelf.raises.clear()
    run.now += timedelta(minutes=119)
    assert await run.drain() == 0
    run.now += timedelta(minutes=1)
    assert await run.drain() == 2 + 1
    assert run.one("select count(*) from track_producers") == 2


async def test_a_failure_is_tried_again_with_growing_delay_and_buried_at_the_limit_with_its_reason(run: Run):
    run.shelf.raises["tracks"] = BadAnswer("test", "HTML instead of JSON")
    run.start()
    await run.drain()
    delays = []
    for _ in range(2):
        due = run.one("select vt from pgmq.q_track_discovery")
        delays.append(due - run.now)
        run.now = due
        assert await run.drain() == 1
    assert delays[1] > delays[0] > timedelta(0)
    assert run.all("select queue_name, step, error_class, error, attempts from linernotes.dead_letters") == [
        ("track_discovery", "gather", "BadAnswer", "test: HTML instead of JSON", 3)
    ]
    assert waiting(run)["track_discovery"] == 0


async def test_a_refusal_is_buried_at_once(run: Run):
    run.shelf.raises["albums"] = SourceRefused("test", "403")
    run.start()
    await run.drain()
    assert run.all("select error_class, attempts from linernotes.dead_letters") == [("SourceRefused", 1)]


async def test_a_name_that_the_source_does_not_know_is_kept_as_not_found(run: Run):
    run.start("Nobody")
    await run.drain()
    assert run.all("select error, attempts from linernotes.dead_letters") == [
        ("test knows no artist named 'Nobody'", 1)
    ]
    assert run.all("select issue_type from worker_issues") == [("not_found",)]
    assert run.all("select state, dead_lettered from processing_status") == [("FAILED", True)]


@pytest.mark.parametrize(
    ("queue", "body"),
    [
        ("artist_discovery", '{"artistName": null}'),
        ("artist_discovery", '["not an object"]'),
        ("album_discovery", '{"artistId": null}'),
        ("album_discovery", '{"artistId": "01998fe2-0000-7000-8000-000000000000"}'),
        ("album_discovery", '{"artistId": 7, "offset": "x"}'),
        ("track_discovery", '{"albumId": "no id"}'),
        ("producer_identification", '{"trackId": "01998fe2-0000-7000-8000-000000000000"}'),
        ("social_enrichment", "{}"),
    ],
)
async def test_a_message_that_no_stage_can_work_on_is_buried_and_the_others_go_on(run: Run, queue: str, body: str):
    run.db.execute("select pgmq.send(%s, %s)", [queue, body])
    run.now = datetime.now(UTC) + timedelta(seconds=1)
    run.start()
    await run.drain()
    assert run.all("select queue_name, error_class from linernotes.dead_letters") == [(queue, "BadMessage")]
    assert run.one("select count(*) from track_producers") == 2


async def test_rows_that_the_database_refuses_fail_their_message_and_no_other(run: Run):
    run.shelf.made["Two"] = (Person(name="Eve\x00", ids=(ExternalId("test", "nul\x00"),)),)
    run.start()
    await run.drain()
    assert run.all("select t.name from track_producers x join tracks t on t.id = x.track_id") == [("One",)]
    status = "select state, last_error like '%%\\u0000%%' from processing_status where state = 'PENDING'"
    assert run.all(status) == [("PENDING", True)]


async def test_a_source_that_is_down_does_not_hold_back_what_the_others_say(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    other = Shelf()
    other.raises["credits"] = SourceBusy("other", timedelta(hours=1), "429")
    other.made = {"One": (Person(name="Bob", ids=ids("bob")),), "Two": ()}
    second = replace(Only(other).source, name="other", family="discogs")
    first = Only(run.shelf).source
    monkeypatch.setattr(Only, "credits", lambda self, locator: [second, first])
    run.start()
    await run.drain()
    credited = "select t.name, p.name from track_producers x join tracks t on t.id = x.track_id" + (
        " join producers p on p.id = x.producer_id order by 1, 2"
    )
    assert run.all(credited) == [("One", "Ada"), ("Two", "Ada")]
    assert run.one("select count(*) from processing_status where state = 'PENDING' and attempts = 0") == 2
    other.raises.clear()
    run.now += timedelta(hours=1)
    await run.drain()
    assert run.all(credited) == [("One", "Ada"), ("One", "Bob"), ("Two", "Ada")]


# ---- producers of whom nothing is found


async def test_a_producer_of_whom_no_source_knows_anything_is_marked_until_one_does(run: Run):
    profiles = run.shelf.profiles
    run.shelf.profiles = nobody_knows  # type: ignore[method-assign]
    run.start()
    await run.drain()
    marked = "select enrichment_failed, enriched_at is not null from producers"
    assert run.all(marked) == [(True, False)]
    run.shelf.profiles = profiles  # type: ignore[method-assign]
    body = {"producerId": str(run.one("select id from producers")), "source": "test"}
    belt.send_bodies(run.db, Queue.SOCIAL_ENRICHMENT, [{"key": "again", "body": body}], run.now)
    await run.drain()
    assert run.all(marked) == [(False, True)]


async def nobody_knows(producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
    return {}


async def test_a_producer_whose_enrichment_was_given_up_is_marked(run: Run):
    run.shelf.raises["profiles"] = SourceRefused("test", "no")
    run.start()
    await run.drain()
    assert run.all("select enrichment_failed, enriched_at from producers") == [(True, None)]
