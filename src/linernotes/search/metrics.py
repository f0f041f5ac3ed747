"""The pipeline's figures for Prometheus, of all processes and machines together: they lie in the one database.

A scrape asks a fixed number of small questions. What one process alone knows (its requests over HTTP) is added by
that process, from a registry of its own. No figure carries a name, a link or a message of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from linernotes.queries import load_queries
from linernotes.search import Db, operations

SQL = load_queries("linernotes.search", "metrics.sql")


def exposition(db: Db, now: datetime, *, process: CollectorRegistry | None = None) -> bytes:
    """The text that Prometheus scrapes: the pipeline's figures, then those of this process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given(list(families(db, now))))
    return generate_latest(registry) + (generate_latest(process) if process is not None else b"")


class _Given(Collector):
    """Figures that were read before the scrape is written."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


def families(db: Db, now: datetime) -> Iterator[Metric]:
    """Every figure of the pipeline with its labels."""
    yield from _of_queues(operations.queues(db, now), now)
    yield from _of_sources(operations.sources(db, now), now)
    yield from _of_jobs(operations.jobs(db, now))
    rows = GaugeMetricFamily(
        "linernotes_rows", "Rows of a table, as PostgreSQL last estimated them.", labels=["table"]
    )
    for table, estimate in db.execute(SQL["rows"]).fetchall():
        rows.add_metric([table], estimate)
    yield rows


def _of_queues(queues: list[operations.QueueState], now: datetime) -> Iterator[Metric]:
    messages = GaugeMetricFamily("linernotes_queue_messages", "Messages on a queue.", labels=["queue", "state"])
    oldest = GaugeMetricFamily(
        "linernotes_queue_oldest_seconds",
        "For how long the oldest visible message has been waiting.",
        labels=["queue"],
    )
    dead = GaugeMetricFamily("linernotes_dead_letters", "Messages given up and not put back.", labels=["queue"])
    hour = GaugeMetricFamily(
        "linernotes_messages_last_hour", "What became of messages in the last hour.", labels=["queue", "outcome"]
    )
    last = GaugeMetricFamily(
        "linernotes_last_batch_timestamp_seconds", "When a queue's last batch was settled.", labels=["queue"]
    )
    for queue in queues:
        name = queue.queue
        for state in ("waiting", "hidden", "parked", "stuck"):
            messages.add_metric([name, state], getattr(queue, state))
        oldest.add_metric([name], max(0.0, (now - queue.oldest_at).total_seconds()) if queue.oldest_at else 0.0)
        dead.add_metric([name], queue.dead)
        hour.add_metric([name, "done"], queue.done_last_hour)
        hour.add_metric([name, "failed"], queue.failed_last_hour)
        if queue.last_batch_at:
            last.add_metric([name], queue.last_batch_at.timestamp())
    yield from (messages, oldest, dead, hour, last)


def _of_sources(sources: list[operations.SourceState], now: datetime) -> Iterator[Metric]:
    calls = CounterMetricFamily("linernotes_source_calls", "Calls made to a source.", labels=["source"])
    cached = CounterMetricFamily("linernotes_source_answers_at_hand", "Calls saved.", labels=["source"])
    paused = GaugeMetricFamily(
        "linernotes_source_paused_seconds", "For how long nobody may ask a source yet.", labels=["source"]
    )
    for source in sources:
        calls.add_metric([source.source], source.calls)
        cached.add_metric([source.source], source.cached)
        until = source.paused_until
        paused.add_metric([source.source], max(0.0, (until - now).total_seconds()) if until else 0.0)
    yield from (calls, cached, paused)


def _of_jobs(jobs: list[operations.Job]) -> Iterator[Metric]:
    finished = GaugeMetricFamily(
        "linernotes_job_last_finished_timestamp_seconds", "When a job's latest run ended.", labels=["job"]
    )
    took = GaugeMetricFamily("linernotes_job_last_seconds", "How long a job's latest run took.", labels=["job"])
    well = GaugeMetricFamily(
        "linernotes_job_last_succeeded", "1 when a job's latest finished run went well, else 0.", labels=["job"]
    )
    for job in jobs:
        if job.last_finished_at is not None and job.took is not None:
            finished.add_metric([job.name], job.last_finished_at.astimezone(UTC).timestamp())
            took.add_metric([job.name], job.took.total_seconds())
            well.add_metric([job.name], float(job.state == "done"))
    yield from (finished, took, well)
