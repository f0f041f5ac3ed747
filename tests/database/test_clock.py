"""Machines whose clocks differ go by the database's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linernotes.queues.belt import Belt
from linernotes.services.clock import DatabaseClock
from tests.database.belts import TRACKS, sent

FIVE_MINUTES = timedelta(minutes=5)


def wrong_by(difference: timedelta) -> Any:
    return lambda: datetime.now(UTC) + difference


@pytest.mark.parametrize("difference", [-FIVE_MINUTES, timedelta(0), FIVE_MINUTES])
async def test_a_machine_whose_clock_is_wrong_tells_the_databases_time(pool, db, difference):
    clock = DatabaseClock(pool, machine=wrong_by(difference))
    await clock.measure()
    before = db.execute("select clock_timestamp()").fetchone()[0]
    told = clock()
    after = db.execute("select clock_timestamp()").fetchone()[0]
    assert before - timedelta(seconds=1) < told < after + timedelta(seconds=1)


async def test_a_machine_whose_clock_is_ahead_takes_nothing_from_the_others(pool):
    ahead = DatabaseClock(pool, machine=wrong_by(FIVE_MINUTES))
    await ahead.measure()
    right = Belt(pool, worker="right", now=lambda: datetime.now(UTC))
    await sent(pool, 3, at=datetime.now(UTC))
    assert len(await right.claim(TRACKS, 10)) == 3
    assert await Belt(pool, worker="ahead", now=ahead).claim(TRACKS, 10) == []
    assert len(await Belt(pool, worker="unmeasured", now=wrong_by(FIVE_MINUTES)).claim(TRACKS, 1)) == 1
