"""What Prometheus scrapes is what the database holds, and it holds nothing of anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families
from psycopg import Connection

from linernotes.search.metrics import exposition

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(db: Connection[Any], process: CollectorRegistry | None = None) -> Figures:
    """Every sample as Prometheus reads it: by name and labels."""
    text = exposition(db, NOW, process=process).decode()
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}


def of(name: str, **labels: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return name, tuple(sorted(labels.items()))


def test_an_empty_base_has_a_figure_for_each_queue_and_each_table(db: Connection[Any]):
    figures = scraped(db)
    assert figures[of("linernotes_queue_messages", queue="artist_discovery", state="waiting")] == 0
    assert figures[of("linernotes_dead_letters", queue="social_enrichment")] == 0
    assert sum(name == "linernotes_rows" for name, _ in figures) == 5


def test_what_waits_and_for_how_long_is_told(db: Connection[Any]):
    db.execute("insert into pgmq.q_track_discovery (vt, message) values (%s, '{}')", [NOW - timedelta(minutes=3)])
    db.execute("insert into pgmq.q_track_discovery (vt, message) values (%s, '{}')", [NOW + timedelta(hours=3)])
    figures = scraped(db)
    assert figures[of("linernotes_queue_messages", queue="track_discovery", state="waiting")] == 1
    assert figures[of("linernotes_queue_messages", queue="track_discovery", state="hidden")] == 1
    assert figures[of("linernotes_queue_oldest_seconds", queue="track_discovery")] == 180


def test_calls_to_a_source_and_its_pause_are_told(db: Connection[Any]):
    db.execute(
        "insert into linernotes.budgets (source, next_at, paused_until, paused_why, calls, cached)"
        " values ('musicbrainz', %(now)s, %(until)s, 'answered 503', 41, 7)",
        {"now": NOW, "until": NOW + timedelta(seconds=90)},
    )
    figures = scraped(db)
    assert figures[of("linernotes_source_calls_total", source="musicbrainz")] == 41
    assert figures[of("linernotes_source_answers_at_hand_total", source="musicbrainz")] == 7
    assert figures[of("linernotes_source_paused_seconds", source="musicbrainz")] == 90


def test_the_latest_run_of_a_job_is_told_with_its_outcome(db: Connection[Any]):
    db.execute(
        "insert into linernotes.job_runs (job, due_at, started_at, held_until, finished_at, outcome, run_by)"
        " values ('retention-job', %(at)s, %(at)s, %(at)s, %(end)s, 'failed', 'here')",
        {"at": NOW - timedelta(minutes=1), "end": NOW - timedelta(seconds=58)},
    )
    figures = scraped(db)
    assert figures[of("linernotes_job_last_succeeded", job="retention-job")] == 0
    assert figures[of("linernotes_job_last_seconds", job="retention-job")] == 2


def test_a_process_adds_what_it_alone_knows(db: Connection[Any]):
    own = CollectorRegistry()
    Counter("linernotes_http_requests", "Requests.", ["status"], registry=own).labels("200").inc(3)
    assert scraped(db, own)[of("linernotes_http_requests_total", status="200")] == 3


def test_no_figure_carries_a_message(db: Connection[Any]):
    db.execute(
        'insert into pgmq.q_artist_discovery (vt, message) values (%s, \'{"artistName": "Zoe Quill"}\')', [NOW]
    )
    assert b"Quill" not in exposition(db, NOW)
