"""The ten workers over HTTP: who may, what goes in, what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from linernotes.api.app import create_app
from linernotes.api.edge import Edge, open_edge
from linernotes.api.keys import Role
from linernotes.services.hands import Hands, open_hands
from linernotes.services.workers import WORKERS
from linernotes.settings import Settings
from tests.api.conftest import HeadersOf


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    """The application in a process that has workers, none of which asks the web."""
    with open_edge(Settings(), database_url) as edge:
        app = create_app(edge)
        with (
            TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as calling,
            hands_in(calling, database_url) as hands,
        ):
            app.state.edge = replace(edge, hands=hands)
            yield calling


@contextmanager
def hands_in(client: TestClient, url: str) -> Iterator[Hands]:
    """Hands that live in the application's own event loop."""
    assert client.portal is not None
    with client.portal.wrap_async_context_manager(open_hands(Settings(), url, worker="test", web=False)) as hands:
        yield hands


@pytest.mark.parametrize("name", WORKERS)
def test_every_worker_answers_with_its_object(client: TestClient, headers_of: HeadersOf, name: str):
    answer = client.post(f"/functions/v1/{name}", json={}, headers=headers_of(Role.SERVICE))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["success"] is True


def test_a_worker_works_and_tells_of_it(client: TestClient, headers_of: HeadersOf):
    headers = headers_of(Role.SERVICE)
    client.post(
        "/rest/v1/rpc/pg_enqueue",
        json={"queue_name": "artist_discovery", "message_body": {"artistName": "Chic", "source": "sample"}},
        headers=headers,
    )
    told = client.post("/functions/v1/artistDiscovery", json={}, headers=headers).json()
    assert (told["processed"], told["errors"]) == (1, 0)
    assert told["details"]["processed"][0]["artistName"] == "Chic"
    assert client.post("/functions/v1/checkPipeline", headers=headers).json()["success"] is True


@pytest.mark.parametrize("name", WORKERS)
def test_without_the_right_key_nothing_is_done(client: TestClient, headers_of: HeadersOf, name: str):
    path = f"/functions/v1/{name}"
    assert client.post(path, json={}).status_code == 401
    assert client.post(path, json={}, headers={"authorization": "Bearer ln_wrong"}).status_code == 401
    for role in (Role.ANON, Role.AUTHENTICATED):
        assert client.post(path, json={}, headers=headers_of(role)).status_code == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_only_post_is_taken(client: TestClient, headers_of: HeadersOf, method: str):
    answer = client.request(method, "/functions/v1/checkPipeline", headers=headers_of(Role.SERVICE))
    assert answer.status_code == 405


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b'{"nothing": 1}', "application/json", 422),
        (b'{"threshold_minutes": -1}', "application/json", 422),
        (b'{"threshold_minutes": 9223372036854775808}', "application/json", 422),
        (b'{"threshold_minutes": "5"}', "application/json", 422),
        (b'{"auto_fix": "yes"}', "application/json", 422),
    ],
    ids=range(9),
)
def test_a_strange_body_is_the_callers_fault(
    client: TestClient, headers_of: HeadersOf, body: bytes, kind: str, status: int
):
    headers = {**headers_of(Role.SERVICE), "content-type": kind}
    answer = client.post("/functions/v1/queueMonitor", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_worker_is_told_with_those_there_are(client: TestClient, headers_of: HeadersOf):
    told = client.post("/functions/v1/nothing", json={}, headers=headers_of(Role.SERVICE))
    assert told.status_code == 404
    assert "checkPipeline" in told.json()["detail"]


def test_a_process_without_workers_says_so(edge: Edge, headers_of: HeadersOf):
    with TestClient(create_app(edge), base_url="http://127.0.0.1") as client:
        told = client.post("/functions/v1/checkPipeline", json={}, headers=headers_of(Role.SERVICE))
    assert told.status_code == 503
    assert "linernotes serve" in told.json()["detail"]
