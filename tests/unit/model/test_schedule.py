"""When a job is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from linernotes.errors import UsageError
from linernotes.model.schedule import in_words, latest_due, next_due


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-22T{text}+00:00")


NOON = at("12:00:00")


@pytest.mark.parametrize(
    ("now", "due"),
    [("12:04:00", "12:04:00"), ("12:04:00.5", "12:04:00"), ("12:05:59.999", "12:04:00"), ("12:03:59", "12:02:00")],
)
def test_the_latest_tick_is_the_one_of_this_moment_or_the_last_before_it(now: str, due: str):
    assert latest_due("*/2 * * * *", at("11:00:00"), at(now)) == at(due)


def test_a_tick_that_was_not_after_since_is_not_due():
    assert latest_due("*/2 * * * *", NOON, at("12:01:59")) is None
    assert latest_due("*/2 * * * *", NOON, at("12:02:00")) == at("12:02:00")


def test_of_many_missed_ticks_only_the_latest_is_due():
    assert latest_due("*/2 * * * *", NOON - timedelta(days=30), at("12:03:00")) == at("12:02:00")


def test_every_seventh_minute_has_one_gap_of_four_minutes():
    ticks, now = [], at("12:50:00")
    while len(ticks) < 3:
        due = next_due("*/7 * * * *", now)
        assert due
        ticks.append(now := due)
    assert ticks == [at("12:56:00"), at("13:00:00"), at("13:07:00")]


def test_schedules_are_read_in_utc_wherever_the_machine_is():
    here = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=9)))
    assert next_due("20 15 * * *", here) == datetime(2026, 11, 22, 15, 20, tzinfo=UTC)
    assert latest_due("20 14 * * *", NOON, here) == at("14:20:00")


@pytest.mark.parametrize(
    "schedule", ["", "* * * *", "* * * * * *", "61 * * * *", "*/0 * * * *", "@daily", "0 0 31 2 *"]
)
def test_what_is_no_schedule_of_five_fields_is_refused_with_an_example(schedule: str):
    for read in (in_words, lambda s: next_due(s, NOON), lambda s: latest_due(s, NOON, NOON)):
        with pytest.raises(UsageError, match=r"for example '\*/5"):
            read(schedule)


def test_a_schedule_is_told_in_words():
    assert in_words("10 * * * *") == "At minute 10 of every hour"
    assert in_words("20 3 * * *") == "At 03:20 every day"
