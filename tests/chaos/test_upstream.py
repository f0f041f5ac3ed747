"""A source that misbehaves in every way we know of, under four workers that share its budget."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.chaos import strange, tokens, upstream
from tests.chaos.conftest import Fresh
from tests.chaos.killing import Calm
from tests.chaos.plans import SHORT


def test_a_source_that_misbehaves_changes_nothing_in_the_tables(fresh: Fresh, twin: Calm, log: Path) -> None:
    report = upstream.endure(fresh(), replace(SHORT, interval=0.05), twin, 1, log)
    assert not report.failures, str(report)


def test_a_source_that_says_to_come_back_in_hours_is_asked_by_nobody(fresh: Fresh, log: Path) -> None:
    report = upstream.wait_for_hours(fresh(), SHORT, log)
    assert not report.failures, str(report)


def test_a_source_that_is_strange_for_good_costs_one_album_and_no_endless_work(
    fresh: Fresh, twin: Calm, log: Path
) -> None:
    report = strange.endure(fresh(), SHORT, twin, log)
    assert not report.failures, str(report)


def test_tokens_that_end_in_the_middle_are_renewed_and_given_to_nobody_else(fresh: Fresh, log: Path) -> None:
    faults = tokens.Faults(expire_every=9, lead_away_every=7)
    report = tokens.endure(fresh(), replace(SHORT.size, artists=5), faults, log)
    assert not report.failures, str(report)
