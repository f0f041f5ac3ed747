"""The named workers that look after the queues: monitor, keys, status and clean-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from linernotes.errors import KeysUnreachable, UsageError
from linernotes.model.message import Queue
from linernotes.queues.belt import send_bodies
from linernotes.services.shared_keys import Entity
from tests.database.runs import Office

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
