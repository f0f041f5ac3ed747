"""A database that restarts, crashes, loses links, is full or read-only, under workers that go on by themselves."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos import database_faults, full_disk
from tests.chaos.database_faults import Faults
from tests.chaos.full_disk import Fillings
from tests.chaos.ground import Ground
from tests.chaos.killing import Calm
from tests.chaos.plans import SHORT
from tests.conftest import BASE


def test_a_database_that_fails_in_every_way_loses_and_doubles_nothing(ground: Ground, twin: Calm, log: Path) -> None:
    faults = Faults(restarts=1, crashes=1, cuts=4, around_commit=3, held_still=1, crowded=1, read_only=1, deadlocks=1)
    report = database_faults.endure(ground, replace(SHORT, interval=0.15), twin, faults, 1, log)
    assert not report.failures, str(report)


def test_workers_wait_while_the_disk_is_full_and_go_on_when_there_is_room(
    ground: Ground, twin: Calm, log: Path
) -> None:
    home = Path(os.environ[BASE]) / f"full-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    ground.copy_to(home)
    report = full_disk.endure(home, SHORT, twin, Fillings(tables=1, log=1, leases=6), 1, log)
    if not report.struck and not report.failures:
        pytest.skip(report.notes[0])
    assert not report.failures, str(report)
