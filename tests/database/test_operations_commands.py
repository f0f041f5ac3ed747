"""`linernotes queues stuck` and `reset`, and `linernotes health`."""

from __future__ import annotations

import json
import re
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


def test_health_tells_of_jobs_that_fail_and_of_a_scheduler_that_is_missed(run: Any, db: Connection[Any]):
    assert "scheduler          no job ever ran: start linernotes scheduler, unless" in run("health").stdout
    db.execute("update linernotes.jobs set target = 'linernotes.gone' where name = 'retention-job'")
    run("jobs", "run", "retention-job", status=1)
    told = run("health").stdout
    assert "jobs failing       1  (linernotes jobs list)\n  retention-job: UndefinedFunction: " in told
    assert "scheduler" not in told
    db.execute("update linernotes.job_runs set started_at = started_at - interval '11 minutes'")
    assert re.search(r"^scheduler +no job ran since \S+ \S+: start", run("health").stdout, re.MULTILINE)


# ---- jobs


def test_the_jobs_are_listed_with_their_schedule_in_words_and_their_last_run(run: Any, db: Connection[Any]):
    listed = {j["name"]: j for j in json.loads(run("jobs", "list", "--json").stdout)}
    assert len(listed) == db.execute("select count(*) from linernotes.jobs").fetchone()[0]  # type: ignore[index]
    monitor = listed["processing-states-monitor-job"]
    assert (monitor["in_words"], monitor["state"]) == ("At minute 10 of every hour", "never run")
    run("jobs", "run", "processing-states-monitor-job")
    assert re.search(r"^processing-states-monitor-job +10 \* .* done$", run("jobs", "list").stdout, re.MULTILINE)
    header, *lines = run("jobs", "list", "--csv").stdout.splitlines()
    assert header.startswith("name,schedule,in_words,next_at,last_started_at,took,state,")
    assert any(",done," in line for line in lines)


def test_a_job_run_by_hand_prints_its_answer_and_leaves_a_trace(run: Any, db: Connection[Any]):
    answer = json.loads(run("jobs", "run", "queue-monitor-job").stdout)
    assert [q["messagesReset"] for q in answer["queues"]] == [0] * 5
    (trace,) = json.loads(run("jobs", "runs", "--job", "queue-monitor-job", "--json").stdout)
    assert (trace["outcome"], trace["due_at"], trace["answer"]["success"]) == ("done", None, True)
    assert run("jobs", "runs", "--csv").stdout.startswith("job,due_at,started_at,seconds,outcome,error,run_by\n")


def test_a_job_that_fails_or_is_none_ends_with_1_and_says_why(run: Any, db: Connection[Any]):
    db.execute("update linernotes.jobs set target = 'nothing' where name = 'queue-monitor-job'")
    failed = run("jobs", "run", "queue-monitor-job", status=1).stderr
    assert "linernotes: queue-monitor-job failed: There is no worker 'nothing'." in failed
    assert "There is no job 'x'" in run("jobs", "run", "x", status=1).stderr


CRON = """
    create schema cron;
    create table cron.job (jobname text primary key, schedule text not null, command text not null);
    create function cron.schedule(job_name text, schedule text, command text) returns bigint language plpgsql as $$
    begin
        insert into cron.job values (job_name, schedule, command);
        execute command;
        return 1;
    end $$;
"""
"""What pg_cron offers, as far as it is used here; it also runs each command at once."""


def test_the_statements_for_pg_cron_schedule_every_job_that_sql_can_do_and_each_of_them_runs(
    run: Any, db: Connection[Any]
):
    db.execute(CRON)
    db.execute("listen linernotes")
    statements = run("jobs", "sql").stdout
    db.execute(statements)
    scheduled = dict(db.execute("select jobname, schedule from cron.job").fetchall())
    ours = dict(db.execute("select name, schedule from linernotes.jobs where runs <> 'chore'").fetchall())
    assert scheduled == ours
    woken = {notice.payload for notice in db.notifies(timeout=5, stop_after=6)}
    assert "artist_discovery" in woken
    done = dict(db.execute("select event_type, count(*) from monitoring_events group by 1").fetchall())
    assert done == {"queue_monitor": 5, "stale_entity_cleanup": 2}
    assert "jobs run late-credits-job" in statements


def test_the_statements_for_pg_cron_name_no_address_and_no_credential(run: Any):
    statements = run("jobs", "sql").stdout.lower()
    assert not [word for word in ("http", "bearer", "token", "password", "net.") if word in statements]


def test_what_an_operator_wrote_into_a_job_stays_a_value_in_the_statements(run: Any, db: Connection[Any]):
    db.execute(CRON)
    db.execute(
        """insert into linernotes.jobs (name, schedule, runs, target, arguments, purpose) values
           ('it''s \\ mine', '* * * * *', 'function', 'linernotes.keep_recent_records',
            '{"p_keep_days": 99}', E'two\nlines; drop table artists')"""
    )
    db.execute(run("jobs", "sql").stdout)
    row = db.execute("select command from cron.job where jobname = 'it''s \\ mine'").fetchone()
    assert row == ('select "linernotes"."keep_recent_records"("p_keep_days" => 99)',)
    db.execute("select from artists")
