"""A database that restarts, crashes, loses links, is full or read-only, under workers that go on by themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.chaos import database_faults
from tests.chaos.database_faults import Faults
from tests.chaos.ground import Ground
from tests.chaos.killing import Calm
from tests.chaos.plans import SHORT


def test_a_database_that_fails_in_every_way_loses_and_doubles_nothing(ground: Ground, twin: Calm, log: Path) -> None:
    faults = Faults(restarts=1, crashes=1, cuts=4, around_commit=3, held_still=1, crowded=1, read_only=1, deadlocks=1)
    report = database_faults.endure(ground, replace(SHORT, interval=0.15), twin, faults, 1, log)
    assert not report.failures, str(report)
