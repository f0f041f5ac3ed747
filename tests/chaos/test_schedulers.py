"""Schedulers that die right after they fired."""

from __future__ import annotations

from pathlib import Path

from tests.chaos import scheduling
from tests.chaos.conftest import Fresh


def test_killed_schedulers_leave_no_tick_out_and_fire_none_twice(fresh: Fresh, log: Path) -> None:
    report = scheduling.kill_the_last(fresh(), 3, 1, log)
    assert not report.failures, str(report)
