"""Every function of the contract, on PostgreSQL 18 and 15: each promise of it is a test.

A module shares one database for each version. A test works in a transaction that is rolled back at its end (`db`);
one that needs two sessions, or a commit, takes `sessions` and names of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.database import connect
from tests.conftest import DatabaseServer
from tests.contract.client import Contract, Row


@pytest.fixture(scope="module", params=[18, 15], ids=["pg18", "pg15"])
def server_of_module(request: pytest.FixtureRequest) -> DatabaseServer:
    found: DatabaseServer = request.getfixturevalue("postgresql" if request.param == 18 else "postgresql_15")
    return found


@pytest.fixture(scope="module")
def url(server_of_module: DatabaseServer) -> Iterator[str]:
    """A migrated database that the tests of one module share, each undoing what it did."""
    yield (made := server_of_module.database())
    server_of_module.drop(made)


@pytest.fixture(scope="module")
def committed_url(server_of_module: DatabaseServer) -> Iterator[str]:
    """Another one, for the tests of the module that commit."""
    yield (made := server_of_module.database())
    server_of_module.drop(made)


@pytest.fixture(scope="module")
def module_connection(url: str) -> Iterator[Connection[Row]]:
    with connect.connect(url, row_factory=dict_row) as conn:
        yield conn


@pytest.fixture
def db(module_connection: Connection[Row]) -> Iterator[Contract]:
    """The functions, in a transaction that is rolled back."""
    with module_connection.transaction(force_rollback=True):
        yield Contract(module_connection)


@pytest.fixture
def sessions(committed_url: str) -> Iterator[Callable[[], Contract]]:
    """Makes sessions whose statements commit by themselves."""
    made: list[Connection[Row]] = []

    def another() -> Contract:
        made.append(connect.connect(committed_url, row_factory=dict_row))
        return Contract(made[-1])

    yield another
    for conn in made:
        conn.close()


LOGS = ("public.queue_metrics", "public.worker_issues", "public.monitoring_events")


@pytest.fixture
def quiet(db: Contract) -> Iterator[None]:
    """Fails the test when it leaves a row in one of the log tables."""
    before = [db.count(table) for table in LOGS]
    yield
    assert [db.count(table) for table in LOGS] == before
