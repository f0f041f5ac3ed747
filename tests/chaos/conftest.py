"""Short forms of the scenarios: the same code as `./run chaos`, a few seconds each, with a seed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.base import Base
from tests.chaos.ground import Ground
from tests.chaos.killing import Calm, calm
from tests.chaos.plans import SHORT
from tests.conftest import BASE, DatabaseServer

Fresh = Callable[[], Base]


@pytest.fixture(scope="session")
def fresh(postgresql: DatabaseServer) -> Fresh:
    """Makes databases, migrated and under audit. They go with the session's server."""
    return lambda: Base(postgresql.database())


@pytest.fixture(scope="session")
def twin(fresh: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    """The calm run of the small world."""
    return calm(fresh(), SHORT, tmp_path_factory.mktemp("calm") / "log")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the workers' lines go."""
    return tmp_path / "log"


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """A server that may be crashed. It lies in the session's folder, which the server's account can enter."""
    made = Ground(Path(os.environ[BASE]) / f"chaos-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    yield made
    made.close()
