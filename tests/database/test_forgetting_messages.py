"""Forgetting somebody of whom messages, dead letters and records of running tell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from linernotes.database.forgetting import forget
from linernotes.model.forgetting import ForgetKey
from linernotes.queues.operating import replay
from tests.database.belts import NOW
from tests.database.conftest import World, person, said
from tests.database.everywhere import places

KEY = ForgetKey(bytes(range(32)))
ADA = person("Ada Lindqvist", "discogs:424242")


@pytest.fixture
def world(pool: Any, db: psycopg.Connection[Any]) -> World:
    return World(pool, db, forget_key=KEY)


@pytest.fixture
async def ada(world: World) -> UUID:
    track = await world.track("Song")
    return (await world.claim(track, said(track, ADA)))[ADA.key]


def send(db: psycopg.Connection[Any], queue: str, **message: str) -> int:
    row = db.execute("select pgmq.send(%s, %s)", [queue, Jsonb(message)]).fetchone()
    assert row
    return int(row[0])


def dead(db: psycopg.Connection[Any], queue: str, error: str = "no answer", **message: str) -> int:
    number = send(db, queue, **message)
    db.execute(
        """select linernotes.bury_messages(%s, jsonb_build_array(jsonb_build_object(
               'msg_id', %s::bigint, 'message', %s::jsonb, 'attempts', 3, 'first_at', now(), 'worker', 'one',
               'step', 'gather', 'error_class', 'BadAnswer', 'error', %s::text, 'issue', 'failed')))""",
        [queue, number, Jsonb(message), error],
    )
    return number


def bodies(db: psycopg.Connection[Any], table: str) -> list[dict[str, str]]:
    return [row[0] for row in db.execute(f"select message from {table} order by msg_id").fetchall()]


async def test_messages_about_them_go_wherever_they_wait_and_others_stay(ada: UUID, db) -> None:
    hers = {"producerId": str(ada), "producerName": "Ada Lindqvist"}
    other = {"producerId": "0f0e0d0c-1111-4222-8333-444455556666", "producerName": "Bo Ek"}
    album = {"albumId": "0f0e0d0c-1111-4222-8333-444455556666", "albumName": "Nothing by Ada"}
    for message in (hers, other):
        send(db, "social_enrichment", **message)
        dead(db, "social_enrichment", **message)
        parked = send(db, "social_enrichment", **message)
        db.execute(
            "select linernotes.park_messages('social_enrichment', jsonb_build_array(jsonb_build_object("
            "'msg_id', %s::bigint, 'until', now(), 'why', 'down', 'source', 'wikidata')))",
            [parked],
        )
    send(db, "artist_discovery", artistName="ÁDA LINDQVIST")
    send(db, "track_discovery", **album)

    receipt = forget(db, ada, KEY, NOW)

    assert places(db, "lindqvist", str(ada)) == []
    assert bodies(db, "pgmq.q_social_enrichment") == bodies(db, "pgmq.a_social_enrichment") == [other]
    assert bodies(db, "linernotes.parked_messages") == [other]
    assert bodies(db, "pgmq.q_track_discovery") == [album]
    counts = {k: receipt.erased[k] for k in ("waiting_messages", "archived_messages", "dead_letters")}
    assert counts == {"waiting_messages": 3, "archived_messages": 1, "dead_letters": 1}


async def test_a_dead_letter_about_them_cannot_be_put_back(ada: UUID, db) -> None:
    dead(db, "social_enrichment", producerId=str(ada), producerName="Ada Lindqvist")
    forget(db, ada, KEY, NOW)
    assert replay(db, NOW) == 0
    assert bodies(db, "pgmq.q_social_enrichment") == []


async def test_a_dead_letter_about_a_track_stays_without_the_name_and_can_be_put_back(ada: UUID, db) -> None:
    track = {"trackId": "0f0e0d0c-1111-4222-8333-444455556666", "trackName": "Song"}
    dead(db, "producer_identification", f"what to do of ada lindqvist, Ada Lindqvist ({ada})?", **track)
    forget(db, ada, KEY, NOW)
    assert places(db, "lindqvist", str(ada)) == []
    letters = db.execute("select error from linernotes.dead_letters").fetchall()
    assert letters == [("what to do of (forgotten), (forgotten) ((forgotten))?",)]
    assert replay(db, NOW) == 1


async def test_records_of_running_lose_the_name(ada: UUID, db) -> None:
    tell = "Ada Lindqvist has no page"
    db.execute("insert into linernotes.problems (source, record, kind, detail) values ('s', '1', 'odd', %s)", [tell])
    db.execute("insert into monitoring_events (event_type, details) values ('odd', %s)", [Jsonb({"said": tell})])
    db.execute("insert into worker_issues (worker_name, issue_type, message) values ('w', 'odd', %s)", [tell])
    db.execute(
        "insert into queue_metrics (queue_name, operation, details) values ('q', 'odd', %s)", [Jsonb({"said": tell})]
    )
    db.execute(
        "insert into processing_status (entity_type, entity_id, state, last_error) values"
        " ('producer', %s, 'FAILED', %s), ('track', '7', 'FAILED', %s)",
        [str(ada), tell, tell],
    )
    db.execute(
        "insert into linernotes.discoveries (source, names, keys, search_keys, schemes, id_values, sent, asked_by,"
        " started_at) values ('sample', %s, %s, %s, '{\"\",\"\"}', '{\"\",\"\"}', 2, 'x', now())",
        [["Ada Lindqvist", "Bo"], ["artist:ada lindqvist", "artist:bo"], ["adalindqvist", "bo"]],
    )
    db.execute("insert into linernotes.idempotency_keys (queue_name, key) values ('q', %s)", [f"producer:{ada}"])
    assert len(places(db, "lindqvist")) > 8
    forget(db, ada, KEY, NOW)
    assert places(db, "lindqvist", str(ada)) == []
    assert db.execute("select names from linernotes.discoveries").fetchall() == [(["(forgotten)", "Bo"],)]
    assert db.execute("select entity_id, last_error from processing_status").fetchall() == [
        ("7", "(forgotten) has no page")
    ]


async def test_a_name_that_is_part_of_another_word_is_left_alone(world: World, db) -> None:
    track = await world.track("Song")
    nas = person("Nas", "discogs:1")
    producer = (await world.claim(track, said(track, nas)))[nas.key]
    for text in ("Nassau has no page", "nas has no page"):
        db.execute("insert into worker_issues (worker_name, issue_type, message) values ('w', 'odd', %s)", [text])
    forget(db, producer, KEY, NOW)
    assert db.execute("select message from worker_issues").fetchall() == [("Nassau has no page",)]
