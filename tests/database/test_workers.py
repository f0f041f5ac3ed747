"""The ten named workers, called once each: what they take, what they answer, and what they leave behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from linernotes.errors import KeysUnreachable, NotFound, SourceBusy, UsageError
from linernotes.model.message import Queue
from linernotes.queues.belt import send_bodies
from linernotes.services.hands import Hands
from linernotes.services.shared_keys import Entity
from linernotes.services.workers import WORKERS, call
from tests.database.test_shell import Run

TEN = {
    "artistDiscovery", "albumDiscovery", "trackDiscovery", "producerIdentification", "socialEnrichment",
    "cronQueueProcessor", "queueMonitor", "clearQueueDeduplication", "checkPipeline", "cronCleanupStaleEntities",
}  # fmt: skip


class Office(Run):
    """A shell over a shelf, and the hands that the workers take."""

    def __init__(self, pool: Any, db: Any) -> None:
        super().__init__(pool, db)
        self.hands = Hands(pool=pool, belt=self.shell.belt, shell=self.shell, url=pool.conninfo)

    async def call(self, name: str, **arguments: Any) -> dict[str, Any]:
        """The answer, which must be JSON as it stands."""
        answer = await call(name, arguments, self.hands)
        assert json.loads(json.dumps(answer)) == answer
        return answer

    def waiting(self, queue: str) -> int:
        return int(self.one(f"select count(*) from pgmq.q_{queue}"))


@pytest.fixture
def office(pool: Any, db: Any) -> Office:
    return Office(pool, db)


def uuid_form(msg_id: int) -> str:
    return str(UUID(int=msg_id))


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


# ---- queueMonitor


def held(office: Office, queue: str, *, minutes: int) -> None:
    office.db.execute("select public.pg_enqueue(%s, '{}')", [queue])
    office.db.execute("select public.pg_dequeue(%s, 1, 86400)", [queue])
    office.db.execute(
        f"update pgmq.q_{queue} set last_read_at = clock_timestamp() - make_interval(mins => %s)", [minutes]
    )


def entry_of(answer: dict[str, Any], queue: str) -> dict[str, Any]:
    return next(q for q in answer["queues"] if q["queue_name"] == queue)


async def test_the_monitor_counts_and_frees_nothing_unless_it_is_told_to(office: Office):
    held(office, "track_discovery", minutes=6)
    answer = await office.call("queueMonitor")
    assert [q["queue_name"] for q in answer["queues"]] == list(Queue)
    found = {"queue_name": "track_discovery", "total": 1, "stuck": 1, "messagesReset": 0}
    assert entry_of(answer, "track_discovery") == found
    assert office.one("select vt > now() from pgmq.q_track_discovery")


async def test_the_monitor_frees_what_is_stuck_when_it_is_told_to(office: Office):
    held(office, "track_discovery", minutes=6)
    answer = await office.call("queueMonitor", threshold_minutes=5, auto_fix=True)
    assert entry_of(answer, "track_discovery")["messagesReset"] == 1
    assert office.one("select vt <= clock_timestamp() from pgmq.q_track_discovery")


async def test_the_threshold_decides_what_is_stuck(office: Office):
    held(office, "track_discovery", minutes=6)
    assert entry_of(await office.call("queueMonitor", threshold_minutes=7), "track_discovery")["stuck"] == 0


async def test_the_monitor_writes_an_event_for_each_active_queue_that_the_report_reads(office: Office):
    held(office, "track_discovery", minutes=6)
    office.db.execute("update queue_registry set active = false where queue_name = 'social_enrichment'")
    await office.call("queueMonitor", auto_fix=True)
    assert office.all(
        "select event_type, details from monitoring_events where details ->> 'queue_name' = 'track_discovery'"
    ) == [("queue_monitor", {"queue_name": "track_discovery", "total": 1, "stuck": 1, "messagesReset": 1})]
    assert office.one("select count(*) from monitoring_events") == 4
    checked = "select messages_fixed, last_check_time is not null from public.get_queue_monitoring_data()"
    assert office.all(f"{checked} where queue_name = 'track_discovery'") == [(1, True)]
    assert office.all(f"{checked} where queue_name = 'social_enrichment'") == [(0, False)]


async def test_a_queue_that_cannot_be_looked_at_is_told_and_the_others_are_looked_at(office: Office):
    office.db.execute("drop table pgmq.q_artist_discovery cascade")
    held(office, "track_discovery", minutes=6)
    answer = await office.call("queueMonitor")
    assert answer["success"] is True
    assert "does not exist" in entry_of(answer, "artist_discovery")["error"]
    assert entry_of(answer, "track_discovery")["stuck"] == 1


@pytest.mark.parametrize(
    "arguments", [{"threshold_minutes": -1}, {"threshold_minutes": "5"}, {"auto_fix": "yes"}, {"auto_fix": 1}]
)
async def test_arguments_that_the_monitor_cannot_take_are_refused(office: Office, arguments: dict[str, Any]):
    with pytest.raises(UsageError):
        await office.call("queueMonitor", **arguments)
    assert office.one("select count(*) from monitoring_events") == 0


# ---- clearQueueDeduplication


class Elsewhere:
    """A store of keys outside PostgreSQL, which notes what it is asked for; down raises."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.cleared: list[str | None] = []
        self.released: list[Entity] = []

    async def clear(self, queue: str | None) -> int:
        self._reach()
        self.cleared.append(queue)
        return 4

    async def release(self, entities: Sequence[Entity]) -> int:
        self._reach()
        self.released += entities
        return len(entities)

    def _reach(self) -> None:
        if self.down:
            raise KeysUnreachable("No use can be made of Redis. Start it.")


async def test_the_keys_of_one_queue_go_or_those_of_all(office: Office):
    for queue in (Queue.ARTIST_DISCOVERY, Queue.TRACK_DISCOVERY):
        rows = [{"key": f"k{n}", "body": {"albumId": "a"}} for n in range(3)]
        send_bodies(office.db, queue, rows, office.now)
    assert await office.call("clearQueueDeduplication", queue_name="track_discovery") == {
        "success": True,
        "removed": 3,
    }
    assert office.all("select distinct queue_name from linernotes.idempotency_keys") == [("artist_discovery",)]
    assert await office.call("clearQueueDeduplication") == {"success": True, "removed": 3}
    assert office.waiting("track_discovery") == 3


async def test_cleared_work_is_done_again(office: Office):
    office.start()
    await office.drain()
    office.start()
    assert office.waiting("artist_discovery") == 0
    await office.call("clearQueueDeduplication", queue_name="artist_discovery")
    office.start()
    assert office.waiting("artist_discovery") == 1


@pytest.mark.parametrize("queue", ["nowhere", "", 5, "track_discovery'; --", "a\0b"])
async def test_a_queue_that_is_none_has_no_keys_to_clear(office: Office, queue: Any):
    office.start()
    with pytest.raises(UsageError):
        await office.call("clearQueueDeduplication", queue_name=queue)
    assert office.one("select count(*) from linernotes.idempotency_keys") == 1


async def test_keys_elsewhere_are_cleared_and_counted_too(office: Office):
    elsewhere = Elsewhere()
    office.hands = replace(office.hands, shared_keys=elsewhere)
    office.start()
    answer = await office.call("clearQueueDeduplication", queue_name="artist_discovery")
    assert (answer, elsewhere.cleared) == ({"success": True, "removed": 5}, ["artist_discovery"])


async def test_keys_elsewhere_that_cannot_be_reached_are_told_and_ours_are_gone(office: Office):
    office.hands = replace(office.hands, shared_keys=Elsewhere(down=True))
    office.start()
    answer = await office.call("clearQueueDeduplication")
    assert answer == {"success": False, "removed": 1, "error": "No use can be made of Redis. Start it."}
    assert office.one("select count(*) from linernotes.idempotency_keys") == 0


# ---- checkPipeline


async def test_the_pipelines_status_is_health_queues_and_counts_and_changes_nothing(office: Office):
    office.start()
    await office.drain()
    await office.call("queueMonitor")
    tables = ("queue_metrics", "monitoring_events", "worker_issues", "processing_status")
    before = [office.one(f"select count(*) from {t}") for t in tables]
    answer = await office.call("checkPipeline")
    assert set(answer) == {"success", "health", "queues", "counts"}
    assert answer["health"]["overall_status"] == "healthy"
    assert [q["queue_name"] for q in answer["queues"]] == sorted(Queue)
    assert datetime.fromisoformat(answer["queues"][0]["last_check_time"]).tzinfo is not None
    assert answer["counts"] == {"artists": 1, "albums": 1, "tracks": 2, "producers": 1, "track_producers": 2}
    assert [office.one(f"select count(*) from {t}") for t in tables] == before


# ---- cronCleanupStaleEntities


def left(office: Office, entity: str, *, minutes: int, locked: bool = False, ttl: int = 60) -> None:
    office.db.execute(
        "insert into processing_status (entity_type, entity_id, state, last_processed_at)"
        " values ('track', %s, 'IN_PROGRESS', clock_timestamp() - make_interval(mins => %s))",
        [entity, minutes],
    )
    if locked:
        office.db.execute(
            "insert into processing_locks (entity_type, entity_id, worker_id, ttl_seconds, last_heartbeat)"
            " values ('track', %s, 'one', %s, clock_timestamp() - make_interval(mins => %s))",
            [entity, ttl, minutes],
        )


async def test_the_clean_up_frees_what_is_stale_and_answers_as_the_function_does(office: Office):
    left(office, "old", minutes=61, locked=True)
    left(office, "new", minutes=59)
    answer = await office.call("cronCleanupStaleEntities")
    assert answer.pop("timestamp")
    assert answer == {
        "success": True,
        "stale_threshold_minutes": 60,
        "stale_locks_cleaned": 1,
        "stale_states_reset": 1,
        "redis_keys_removed": 0,
    }
    assert office.one("select count(*) from monitoring_events where event_type = 'stale_entity_cleanup'") == 1


async def test_the_threshold_of_the_clean_up_comes_from_the_call(office: Office):
    left(office, "a", minutes=6)
    assert (await office.call("cronCleanupStaleEntities", p_stale_threshold_minutes=7))["stale_states_reset"] == 0
    assert (await office.call("cronCleanupStaleEntities", p_stale_threshold_minutes=5))["stale_states_reset"] == 1
    with pytest.raises(UsageError):
        await office.call("cronCleanupStaleEntities", p_stale_threshold_minutes=0)


async def test_the_keys_of_exactly_the_freed_entities_go_elsewhere_too(office: Office):
    elsewhere = Elsewhere()
    office.hands = replace(office.hands, shared_keys=elsewhere)
    left(office, "old", minutes=61)
    left(office, "locked", minutes=61, locked=True)
    left(office, "alive", minutes=61, locked=True, ttl=86_400)
    left(office, "new", minutes=1)
    answer = await office.call("cronCleanupStaleEntities")
    assert sorted(e.entity_id for e in elsewhere.released) == ["locked", "old"]
    assert answer["redis_keys_removed"] == 2
    assert (await office.call("cronCleanupStaleEntities"))["redis_keys_removed"] == 0
    assert len(elsewhere.released) == 2


async def test_keys_elsewhere_that_cannot_be_reached_do_not_undo_the_clean_up(office: Office):
    office.hands = replace(office.hands, shared_keys=Elsewhere(down=True))
    left(office, "old", minutes=61)
    answer = await office.call("cronCleanupStaleEntities")
    assert (answer["success"], answer["stale_states_reset"], answer["redis_keys_removed"]) == (True, 1, 0)
    assert answer["redis_error"] == "No use can be made of Redis. Start it."
    assert office.one("select state from processing_status") == "PENDING"
