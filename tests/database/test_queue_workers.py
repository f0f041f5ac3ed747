"""The ten named workers, and those of the queues: what they take, what they answer, what they leave behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from linernotes.errors import NotFound, SourceBusy, UsageError
from linernotes.model.message import Queue
from linernotes.queues.belt import send_bodies
from linernotes.services.workers import WORKERS
from tests.database.runs import Office, uuid_form

TEN = {
    "artistDiscovery", "albumDiscovery", "trackDiscovery", "producerIdentification", "socialEnrichment",
    "cronQueueProcessor", "queueMonitor", "clearQueueDeduplication", "checkPipeline", "cronCleanupStaleEntities",
}  # fmt: skip


# ---- the workers of the queues


async def test_there_are_the_ten_and_no_other_is_known(office: Office):
    assert set(WORKERS) == TEN
    with pytest.raises(NotFound, match="There is no worker 'artistdiscovery'"):
        await office.call("artistdiscovery")


async def test_artist_discovery_tells_of_each_message_its_id_and_the_artist_it_found(office: Office):
    office.start()
    office.start("Nobody")
    answer = await office.call("artistDiscovery")
    ids = dict(
        office.all("select details -> 'message' ->> 'artistName', (details ->> 'msg_id')::int from worker_issues")
    )
    assert answer == {
        "success": True,
        "processed": 1,
        "errors": 1,
        "details": {
            "processed": [
                {
                    "id": uuid_form(3 - ids["Nobody"]),
                    "artistId": str(office.one("select id from artists")),
                    "artistName": "Artist",
                }
            ],
            "errors": [
                {
                    "id": uuid_form(ids["Nobody"]),
                    "message": {"artistName": "Nobody", "_idempotencyKey": "artist:name:Nobody"},
                    "error": "test knows no artist named 'Nobody'",
                }
            ],
        },
    }
    assert office.waiting("album_discovery") == 1


async def test_nothing_to_do_is_a_success_with_nothing_processed(office: Office):
    answer = await office.call("artistDiscovery")
    assert answer == {"success": True, "processed": 0, "errors": 0, "details": {"processed": [], "errors": []}}
    assert office.one("select count(*) from queue_metrics") == 0


async def test_the_batch_size_comes_from_the_call_and_is_5_for_artist_discovery_called_bare(office: Office):
    for n in range(12):
        office.start(f"Nobody {n}")
    assert (await office.call("artistDiscovery"))["errors"] == 5
    assert (await office.call("artistDiscovery", batch_size=3))["errors"] == 3
    assert (await office.call("artistDiscovery", batch_size=None))["errors"] == 4


async def test_another_queues_worker_called_bare_takes_as_many_as_its_job(office: Office):
    office.db.execute("update linernotes.jobs set batch_size = 2 where queue_name = 'track_discovery'")
    rows = [{"key": f"{n}", "body": {"albumId": str(UUID(int=n))}} for n in range(3)]
    send_bodies(office.db, Queue.TRACK_DISCOVERY, rows, office.now)
    assert (await office.call("trackDiscovery"))["errors"] == 2


async def test_one_after_another_the_five_take_an_artist_to_its_links(office: Office):
    office.start()
    album = await _only(office, "artistDiscovery", "artistId", "artistName")
    assert await _only(office, "albumDiscovery", "artistId", "offset") == {"artistId": album["artistId"], "offset": 0}
    track = await _only(office, "trackDiscovery", "albumId", "albumName", "offset")
    assert track["albumName"] == "Album"
    identified = await office.call("producerIdentification")
    assert [p["trackName"] for p in identified["details"]["processed"]] == ["One", "Two"]
    producer = await _only(office, "socialEnrichment", "producerId", "producerName")
    assert producer == {"producerId": str(office.one("select id from producers")), "producerName": "Ada"}
    assert office.one("select count(*) from linernotes.producer_links") == 1
    assert office.one("select count(*) from track_producers") == 2


async def _only(office: Office, worker: str, *names: str) -> dict[str, Any]:
    (told,) = (await office.call(worker))["details"]["processed"]
    assert set(told) == {"id", *names}
    return {name: told[name] for name in names if name != "id"}


async def test_a_batch_leaves_one_row_of_metrics(office: Office):
    office.start()
    office.start("Nobody")
    await office.call("artistDiscovery")
    assert office.all(
        "select queue_name, operation, success_count, error_count, processed_count from queue_metrics"
    ) == [("artist_discovery", "batch", 1, 1, 2)]


async def test_a_message_that_has_to_wait_is_told_as_not_done_with_the_reason(office: Office):
    office.start()
    await office.call("artistDiscovery")
    office.shelf.raises["albums"] = SourceBusy("test", timedelta(hours=2), "429")
    answer = await office.call("albumDiscovery")
    assert (answer["success"], answer["processed"], answer["errors"]) == (True, 0, 1)
    assert answer["details"]["errors"][0]["error"] == "test: 429"


async def test_a_message_of_an_unknown_artist_or_without_one_is_given_up_at_once(office: Office):
    for body in ({"artistId": None, "offset": 0}, {"artistId": str(UUID(int=7)), "offset": 0}):
        office.db.execute("select public.pg_enqueue('album_discovery', %s)", [Jsonb(body)])
    answer = await office.call("albumDiscovery")
    assert (answer["success"], answer["processed"], answer["errors"]) == (True, 0, 2)
    assert office.one("select count(*) from linernotes.dead_letters where queue_name = 'album_discovery'") == 2
    assert office.waiting("album_discovery") == 0


async def test_an_issue_is_settled_once_its_message_is_put_back(office: Office):
    office.start("Nobody")
    office.start("No one")
    await office.call("artistDiscovery")
    unsettled = "select details -> 'message' ->> 'artistName' from worker_issues where not resolved"
    assert len(office.all(unsettled)) == 2
    office.db.execute(
        "select linernotes.replay_dead_letters('artist_discovery', array(select id from linernotes.dead_letters"
        " where message ->> 'artistName' = 'Nobody'))"
    )
    assert office.all(unsettled) == [("No one",)]


async def test_a_queue_that_cannot_be_read_is_no_success(office: Office):
    office.db.execute("drop table pgmq.q_artist_discovery cascade")
    answer = await office.call("artistDiscovery")
    assert (answer["success"], answer["processed"], answer["errors"]) == (False, 0, 1)
    assert "q_artist_discovery" in answer["details"]["errors"][0]["error"]


@pytest.mark.parametrize("size", [0, -1, 1001, 2.5, "5", True, [5], 10**30])
async def test_a_batch_size_that_is_none_is_refused(office: Office, size: Any):
    with pytest.raises(UsageError, match="batch_size must be a whole number from 1 to 1000"):
        await office.call("trackDiscovery", batch_size=size)


@pytest.mark.parametrize("worker", sorted(TEN))
async def test_an_argument_that_a_worker_does_not_know_is_refused(office: Office, worker: str):
    with pytest.raises(UsageError, match="There is no argument 'size'"):
        await office.call(worker, size=5)


# ---- cronQueueProcessor


def per_queue(answer: dict[str, Any]) -> dict[str, tuple[bool, int, int]]:
    return {q["queue_name"]: (q["success"], q["processed"], q["errors"]) for q in answer["queues"]}


async def test_the_queue_processor_runs_every_active_queue_once_with_its_own_batch_size(office: Office):
    office.db.execute("update linernotes.jobs set batch_size = 1 where queue_name = 'artist_discovery'")
    office.start()
    office.start("Nobody")
    answer = await office.call("cronQueueProcessor")
    taken = per_queue(answer)
    assert list(taken) == list(Queue)
    assert taken["artist_discovery"] in {(True, 1, 0), (True, 0, 1)}
    assert office.waiting("artist_discovery") == 1


async def test_the_queue_processor_passes_over_a_queue_that_is_switched_off(office: Office):
    office.start()
    office.db.execute("update queue_registry set active = false where queue_name = 'artist_discovery'")
    assert "artist_discovery" not in per_queue(await office.call("cronQueueProcessor"))
    assert office.waiting("artist_discovery") == 1


async def test_a_queue_that_fails_does_not_keep_the_others_from_running(office: Office):
    office.db.execute("drop table pgmq.q_artist_discovery cascade")
    rows = [{"key": "x", "body": {"trackId": str(UUID(int=1))}}]
    send_bodies(office.db, Queue.PRODUCER_IDENTIFICATION, rows, office.now)
    answer = await office.call("cronQueueProcessor")
    assert answer["success"] is True
    assert per_queue(answer)["artist_discovery"] == (False, 0, 1)
    assert per_queue(answer)["producer_identification"] == (True, 0, 1)


async def test_when_no_queue_can_be_read_the_queue_processor_has_no_success(office: Office):
    for queue in Queue:
        office.db.execute(f"drop table pgmq.q_{queue} cascade")
    assert (await office.call("cronQueueProcessor"))["success"] is False


async def test_a_queue_of_another_program_is_left_alone(office: Office):
    office.db.execute("select public.register_queue('letters', 'Letters', 'of somebody else')")
    office.db.execute("select public.pg_enqueue('letters', '{}')")
    entry = (await office.call("cronQueueProcessor"))["queues"][-1]
    assert (entry["queue_name"], entry["processed"], entry["note"]) == ("letters", 0, "no worker of ours works on it")
    assert office.waiting("letters") == 1
