"""Workers that die, sleep and stop in the middle of their work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.chaos import ending, killing, pausing
from tests.chaos.conftest import Fresh
from tests.chaos.plans import SHORT, SHORT_BLOWS


def test_killed_workers_and_poison_change_nothing_in_the_tables(fresh: Fresh, twin: killing.Calm, log: Path) -> None:
    report = killing.storm(fresh(), replace(SHORT, interval=0.05, family=True), twin, 1, log)
    assert not report.failures, str(report)


def test_neither_do_killed_workers_without_a_parent(fresh: Fresh, twin: killing.Calm, log: Path) -> None:
    report = killing.storm(fresh(), replace(SHORT, interval=0.05, kills=3, killing=0), twin, 1, log)
    assert not report.failures, str(report)


def test_a_worker_that_slept_past_its_lease_writes_nothing(fresh: Fresh, twin: killing.Calm, log: Path) -> None:
    report = pausing.endure(fresh(), replace(SHORT, interval=0.2), twin, SHORT_BLOWS, 1, log)
    assert not report.failures, str(report)


def test_the_work_of_a_dead_worker_goes_on_when_its_lease_ends(fresh: Fresh, log: Path) -> None:
    report = ending.die(fresh(), SHORT, 2, 1, log)
    assert not report.failures, str(report)


def test_stopped_workers_give_back_what_they_cannot_finish(fresh: Fresh, log: Path) -> None:
    report = ending.stop(fresh(), SHORT, 1, 3, log)
    assert not report.failures, str(report)
