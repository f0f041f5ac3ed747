"""The real supabase-js, unchanged, on a real server: every function, every worker, and how its errors arrive."""

from __future__ import annotations

import json
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linernotes.api.edge import utc_now
from linernotes.api.keys import Role, add_key
from linernotes.api.rest.catalog import contract
from linernotes.database.connect import connect
from linernotes.services.workers import WORKERS
from tests.api.contract_calls import CALLS
from tests.api.serving import serving
from tests.conftest import DatabaseServer

HERE = Path(__file__).parent / "supabase"
NODE = shutil.which("node")
ANSWERS_WITHIN = 120  # seconds

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def database(postgresql: DatabaseServer) -> Iterator[str]:
    if NODE is None or not (HERE / "node_modules" / "@supabase" / "supabase-js").exists():
        pytest.skip("supabase-js is not installed: run `npm ci` in tests/api/supabase")
    yield (url := postgresql.database())
    postgresql.drop(url)


@pytest.fixture(scope="module")
def ask(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Makes calls as the operator, or with another key."""
    with connect(database) as db:
        operator = add_key(db, "operator", Role.SERVICE, utc_now())
    with serving(database, tmp_path_factory.mktemp("home"), "--no-workers", "--no-scheduler") as server:

        def asking(*calls: dict[str, Any], key: str = operator) -> list[dict[str, Any]]:
            done = subprocess.run(
                [str(NODE), "ask.mjs"],
                input=json.dumps({"url": server.url, "key": key, "calls": calls}),
                capture_output=True,
                text=True,
                cwd=HERE,
                timeout=ANSWERS_WITHIN,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            answers: list[dict[str, Any]] = json.loads(done.stdout)
            return answers

        yield asking


def test_every_function_answers(ask: Ask):
    answers = ask(*({"rpc": name, "args": arguments} for name, arguments in CALLS))
    assert [(CALLS[n][0], a["error"]) for n, a in enumerate(answers) if a["error"]] == []
    given = {name: answer["data"] for (name, _), answer in zip(CALLS, answers, strict=True)}
    assert set(given) == contract()
    assert uuid.UUID(given["process_track_atomic"])
    assert given["pg_dequeue"][0]["message"] == {"a": [1, None, "é🎵"]}
    assert given["get_system_health"]["overall_status"] == "healthy"


def test_every_worker_answers(ask: Ask):
    answers = ask(*({"invoke": name, "body": {}} for name in WORKERS))
    assert [(a["error"], a["data"]["success"]) for a in answers] == [(None, True)] * 10


def test_a_page_is_filtered_ordered_and_counted_also_by_get_and_head(ask: Ask):
    page, got, head = ask(
        {
            "rpc": "diagnose_queue_tables",
            "options": {"count": "exact"},
            "then": [
                ["select", "queue"],
                ["in", "queue", ["album_discovery", "artist_discovery", "track_discovery"]],
                ["order", "queue", {"ascending": False}],
                ["range", 0, 1],
            ],
        },
        {"rpc": "diagnose_queue_tables", "args": {"queue_name": "track_discovery"}, "options": {"get": True}},
        {"rpc": "diagnose_queue_tables", "options": {"head": True, "count": "exact"}},
    )
    assert page["data"] == [{"queue": "track_discovery"}, {"queue": "artist_discovery"}]
    assert (page["count"], page["status"]) == (3, 206)
    assert [row["queue"] for row in got["data"]] == ["track_discovery"]
    assert (head["data"], head["count"] >= 5) == (None, True)


def test_one_row_is_one_object_and_csv_is_text(ask: Ask):
    one, none, maybe, table = ask(
        {"rpc": "diagnose_queue_tables", "args": {"queue_name": "track_discovery"}, "then": [["single"]]},
        {"rpc": "diagnose_queue_tables", "args": {"queue_name": "nothing"}, "then": [["single"]]},
        {"rpc": "diagnose_queue_tables", "args": {"queue_name": "nothing"}, "then": [["maybeSingle"]]},
        {"rpc": "diagnose_queue_tables", "args": {"queue_name": "track_discovery"}, "then": [["csv"]]},
    )
    assert one["data"]["queue"] == "track_discovery"
    assert (none["status"], none["error"]["code"]) == (406, "PGRST116")
    assert (maybe["data"], maybe["error"]) == (None, None)
    assert table["data"].splitlines()[0].startswith("queue,total_messages")


def test_an_error_arrives_with_its_code(ask: Ask):
    answers = ask(
        {"rpc": "no_such_function"},
        {"rpc": "start_artist_discovery", "args": {"artist_name": ""}},
        {"rpc": "pg_enqueue", "args": {"queue_name": "no_such_queue", "message_body": {}}},
        {"invoke": "noSuchWorker", "body": {}},
        {"invoke": "queueMonitor", "body": {"threshold_minutes": "x"}},
    )
    assert [a["error"].get("code", a["error"].get("status")) for a in answers] == [
        "PGRST202", "22023", "42P01", 404, 422,
    ]  # fmt: skip


def test_a_key_may_what_its_role_may(ask: Ask, database: str):
    with connect(database) as db:
        key = add_key(db, "page", Role.ANON, utc_now())
    calls = [
        {"rpc": "search_producers", "args": {"search_term": "x"}},
        {"rpc": "get_system_health"},
        {"invoke": "checkPipeline", "body": {}},
    ]
    found, denied, refused = ask(*calls, key=key)
    assert (found["data"], found["error"]) == ([], None)
    assert (denied["status"], denied["error"]["code"]) == (401, "42501")
    assert refused["error"]["status"] == 403
    nobody = ask(*calls, key="sb_publishable_nobody")
    assert [a["error"].get("code", a["error"].get("status")) for a in nobody] == ["PGRST301", "PGRST301", 401]
