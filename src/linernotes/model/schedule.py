"""When a job is due: the five fields of cron, read in UTC.

`*/7 * * * *` is not every seven minutes: it is due at minute 0, 7, ... 56 and again at 0, as every cron has it.
Nothing here looks at a clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

from linernotes.errors import UsageError

FIELDS = 5


def latest_due(schedule: str, since: datetime, now: datetime) -> datetime | None:
    """The latest tick after `since` and not after `now`; None when there was none.

    Ticks that were missed before it are passed over: what runs again and again need not be made up for.
    Raises UsageError for a schedule that cannot be read.
    """
    after_now = now.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    found = next(_read(schedule, after_now, reverse=True), None)
    return found if found is not None and found > since else None


def next_due(schedule: str, now: datetime) -> datetime | None:
    """The next tick after `now`; None when there is none in half a century.

    Raises UsageError for a schedule that cannot be read.
    """
    return next(_read(schedule, now.astimezone(UTC)), None)


def in_words(schedule: str) -> str:
    """The schedule for people. Raises UsageError for one that cannot be read."""
    return _read(schedule, datetime(2000, 1, 1, tzinfo=UTC)).explain()


def _read(schedule: str, at: datetime, *, reverse: bool = False) -> CronSim:
    if len(schedule.split()) == FIELDS:
        try:
            return CronSim(schedule, at, reverse=reverse)
        except CronSimError:
            pass
    raise UsageError(
        f"{schedule!r} is no schedule. Give minute, hour, day, month and weekday, for example '*/5 * * * *'."
    )
