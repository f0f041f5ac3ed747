"""A Redis that dies, is slow and lies while workers work with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos.catalogue import Size
from tests.chaos.conftest import Fresh
from tests.chaos.killing import Calm, calm
from tests.chaos.plans import SHORT

redis_faults = pytest.importorskip("tests.chaos.redis_faults", reason="the extra `redis` is not installed")


PLAN = replace(SHORT, size=Size(artists=3, albums=2, tracks=4), interval=0.05)


@pytest.fixture(scope="module")
def without(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    """The run without Redis."""
    return calm(fresh(), PLAN, tmp_path_factory.mktemp("calm") / "log")


@pytest.mark.skipif(redis_faults.PROGRAM is None, reason="redis-server is not installed")
@pytest.mark.parametrize("kind", ["Killed", "Slow", "Lying"])
def test_a_redis_that_fails_changes_nothing_in_the_tables(kind: str, fresh: Fresh, without: Calm, log: Path) -> None:
    (report,) = redis_faults.endure(fresh, PLAN, without, 1, log, kinds=[getattr(redis_faults, kind)])
    assert not report.failures, str(report)
