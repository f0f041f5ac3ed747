"""Messages that come twice, three times, in any order and to two workers at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos import deliveries
from tests.chaos.conftest import Fresh
from tests.chaos.deliveries import Arrangement
from tests.chaos.killing import Calm
from tests.chaos.plans import SHORT


@pytest.mark.parametrize(("arrangement", "again"), [(Arrangement.REVERSED, 0), (Arrangement.SHUFFLED, 5)])
def test_messages_that_come_more_than_once_and_in_any_order_change_nothing_in_the_tables(
    fresh: Fresh, twin: Calm, log: Path, arrangement: Arrangement, again: int
) -> None:
    plan = replace(SHORT, interval=0.15 if again else SHORT.interval)
    report = deliveries.endure(fresh(), plan, twin, arrangement, 1, log, again=again)
    assert not report.failures, str(report)
