"""The scheduled jobs as statements for pg_cron, for a database that has it: `linernotes jobs sql`.

pg_cron runs SQL inside the database. A job that is a function is run whole. Of a worker, SQL can do what lies in the
database: free stuck messages, clean up, and wake the processes of `linernotes worker`, which do the rest. No address
and no credential stands in a job, so nothing is called over HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

from psycopg import sql

from linernotes.search.operations import Job
from linernotes.services.jobs import function_call

HEAD = """\
-- The jobs of linernotes for pg_cron. Run this in the database that pg_cron watches (cron.database_name), as the
-- owner of linernotes; pg_cron's time zone must be UTC or GMT, as it is by default. cron.schedule replaces a job of
-- the same name, so it may be run again. `linernotes scheduler` is then not needed for these; both do no harm.
-- cron.job_run_details keeps the trace of each run.
"""

WAKES = "Wakes the workers of the queue; `linernotes worker` does the work."
WAKES_ALL = "Wakes the workers of every active queue; `linernotes worker` does the work."
SQL_PART = "The part in the database; a shared store of keys, if there is one, lets its own expire."
NO_SQL = "SQL cannot do this: `linernotes scheduler` does, or a timer that calls `linernotes jobs run {name}`."


def statements(jobs: Sequence[Job]) -> str:
    """SQL that schedules these jobs, each with a comment that says what of it pg_cron can do."""
    return HEAD + "".join(f"\n{_statement(job)}" for job in jobs)


def _statement(job: Job) -> str:
    command, remark = _command(job)
    comment = "".join(f"-- {line}\n" for line in (" ".join(job.purpose.split()), remark) if line)
    if command is None:
        return comment
    return comment + _sql("select cron.schedule({}, {}, {});\n", job.name, job.schedule, command)


def _command(job: Job) -> tuple[str | None, str]:
    given = job.arguments
    if job.runs == "function":
        return function_call(job.target, given).as_string(), ""
    if job.queue is not None:
        return _sql("select pg_notify('linernotes', {})", job.queue), WAKES
    match job.target:
        case "cronQueueProcessor":
            return "select pg_notify('linernotes', queue_name) from public.queue_registry where active", WAKES_ALL
        case "queueMonitor":
            limits = given.get("threshold_minutes", 5), given.get("auto_fix", False)
            return _sql("select * from linernotes.monitor_queues({}, {})", *limits), ""
        case "cronCleanupStaleEntities":
            minutes = given.get("p_stale_threshold_minutes", 60)
            return _sql("select public.cleanup_stale_entities({})", minutes), SQL_PART
    return None, NO_SQL.format(name=job.name)


def _sql(template: LiteralString, *values: Any) -> str:
    return sql.SQL(template).format(*(sql.Literal(value) for value in values)).as_string()
