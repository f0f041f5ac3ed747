"""`linernotes queues stuck` and `reset`, and `linernotes health`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from psycopg import Connection
from psycopg.types.json import Jsonb
from typer.testing import CliRunner, Result

from linernotes.cli import app


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)

    def call(*words: str, status: int = 0) -> Result:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == status, result.output
        return result

    return call


def held(db: Connection[Any], queue: str, *, minutes: int, count: int = 1) -> None:
    for n in range(count):
        db.execute("select public.pg_enqueue(%s, %s)", [queue, Jsonb({"n": n})])
    db.execute("select public.pg_dequeue(%s, %s, 86400)", [queue, count])
    db.execute(
        f"update pgmq.q_{queue} set last_read_at = clock_timestamp() - make_interval(mins => %s) where vt > now()",
        [minutes],
    )


def test_stuck_messages_are_listed_and_reset(run: Any, db: Connection[Any]):
    held(db, "album_discovery", minutes=20)
    held(db, "track_discovery", minutes=6)
    assert [m["queue"] for m in json.loads(run("queues", "stuck", "--json").stdout)] == ["album_discovery"]
    assert len(json.loads(run("queues", "stuck", "--minutes", "5", "--json").stdout)) == 2
    assert run("queues", "stuck", "--csv").stdout.startswith("queue,msg_id,minutes_locked,")
    assert run("queues", "reset", "--queue", "track_discovery").stderr == "No message was stuck.\n"
    assert run("queues", "reset").stderr == "album_discovery: 1 visible again.\n"
    assert run("queues", "stuck").stderr == "No message is stuck.\n"


def test_minutes_below_zero_are_refused(run: Any):
    run("queues", "reset", "--minutes", "-1", status=2)


def test_health_ends_with_0_while_it_is_healthy_or_a_warning_and_with_1_when_it_is_unhealthy(
    run: Any, db: Connection[Any]
):
    assert run("health").stdout.splitlines()[0] == "healthy"
    held(db, "track_discovery", minutes=20, count=10)
    lines = run("health").stdout.splitlines()
    assert lines[:3] == [
        "warning",
        "stuck messages     10  (linernotes queues stuck)",
        "  track_discovery 10 of 10",
    ]
    held(db, "album_discovery", minutes=20)
    assert run("health", status=1).stdout.splitlines()[0] == "unhealthy"
    assert json.loads(run("health", "--json", status=1).stdout)["overall_status"] == "unhealthy"


def test_health_names_the_entities_and_workers_in_trouble(run: Any, db: Connection[Any]):
    db.execute("insert into processing_status (entity_type, entity_id, state) values ('track', 'a', 'FAILED')")
    db.execute("insert into worker_issues (worker_name, issue_type, message) values ('track_discovery', 'x', 'm')")
    text = run("health").stdout
    assert "  track: 0 in progress, 0 stalled, 1 failed\n" in text
    assert "  track_discovery: 1 x, the latest " in text
