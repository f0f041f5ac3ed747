"""Starting, following and stopping a discovery over HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi.testclient import TestClient
from psycopg import Connection

from linernotes.api.keys import Role
from linernotes.api.v1 import discoveries
from linernotes.services.discovery import work_until_drained
from linernotes.settings import Settings
from linernotes.sources.registry import Registry
from tests.api.conftest import HeadersOf, Served

PROBLEM = "application/problem+json"


@pytest.fixture
def name() -> str:
    """An artist of the sample."""
    source = Registry({}).catalogue("sample")
    assert source.catalogue is not None
    return asyncio.run(source.catalogue.everyone())[0].name  # type: ignore[arg-type]


@pytest.fixture
def headers(headers_of: HeadersOf) -> dict[str, str]:
    return headers_of(Role.AUTHENTICATED)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discoveries, "LOOK_EVERY_S", 0.02)


def work(database_url: str) -> None:
    """What the workers do meanwhile."""
    asyncio.run(work_until_drained(Settings(), database_url, worker="test", progress=lambda *_: None, web=False))


def events(lines: Any) -> list[dict[str, Any]]:
    """Server-sent events as they come: event, id, data."""
    found: list[dict[str, Any]] = []
    current: dict[str, Any] = {}
    for line in lines:
        if not line:
            if "data" in current:
                found.append(current)
            current = {}
        elif not line.startswith(":"):
            key, _, value = line.partition(": ")
            current[key] = json.loads(value) if key == "data" else value
    return found


def test_a_discovery_is_started_followed_to_its_end_and_not_begun_twice(
    served: Served, database_url: str, headers: dict[str, str], name: str
) -> None:
    with httpx2.Client(base_url=served.url, timeout=60) as client:
        made = client.post("/v1/discoveries", json={"artists": [name], "source": "sample"}, headers=headers)
        assert made.status_code == 202
        assert (made.json()["state"], made.json()["sent"]) == ("working", 1)
        where = made.headers["location"]
        workers = threading.Thread(target=work, args=[database_url])
        with client.stream("GET", f"{where}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            workers.start()
            told = events(stream.iter_lines())  # the server ends it
        workers.join()
        assert [event["event"] for event in told] == ["progress"] * (len(told) - 1) + ["end"]
        assert len({event["id"] for event in told}) == len(told)
        assert told[-1]["data"]["state"] == "done"
        assert told[-1]["data"]["found"]["recordings"] > 0
        assert client.get(where).json()["artists"][0]["state"] == "found"

        known = {"Last-Event-ID": told[-1]["id"]}
        assert client.get(f"{where}/events", headers=known).status_code == 204
        with client.stream("GET", f"{where}/events", headers={"Last-Event-ID": told[0]["id"]}) as stream:
            assert [event["event"] for event in events(stream.iter_lines())] == ["end"]

        again = client.post("/v1/discoveries", json={"artists": [name], "source": "sample"}, headers=headers).json()
        assert (again["sent"], again["state"]) == (0, "done")


def test_who_follows_and_knows_the_state_is_told_only_what_changes(
    served: Served, headers: dict[str, str], name: str
) -> None:
    with httpx2.Client(base_url=served.url, timeout=60) as client:
        where = client.post("/v1/discoveries", json={"artists": [name], "source": "sample"}, headers=headers).headers[
            "location"
        ]
        with client.stream("GET", f"{where}/events") as stream:
            id_ = next(line.partition(": ")[2] for line in stream.iter_lines() if line.startswith("id: "))
        with client.stream("GET", f"{where}/events", headers={"Last-Event-ID": id_}) as stream:
            assert client.delete(where, headers=headers).json()["state"] == "cancelled"
            told = events(stream.iter_lines())
        assert [(event["event"], event["data"]["state"]) for event in told] == [("end", "cancelled")]


def test_a_comment_comes_now_and_then_while_nothing_changes(
    served: Served, headers: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discoveries, "HEARTBEAT_S", 0.04)
    with httpx2.Client(base_url=served.url, timeout=60) as client:
        body = {"artists": [name], "source": "sample"}
        where = client.post("/v1/discoveries", json=body, headers=headers).headers["location"]
        with client.stream("GET", f"{where}/events") as stream:
            assert ": still there" in stream.iter_lines()


def test_a_discovery_is_ones_own_to_stop_or_the_operators(
    client: TestClient, headers_of: HeadersOf, headers: dict[str, str], name: str, db: Connection[Any]
) -> None:
    def begin() -> str:
        body = {"artists": [name], "source": "sample"}
        return str(client.post("/v1/discoveries", json=body, headers=headers).headers["location"])

    where = begin()
    assert client.delete(where, headers=headers_of(Role.AUTHENTICATED)).status_code == 403
    assert client.delete(where, headers=headers).json()["state"] == "cancelled"
    assert client.delete(where, headers=headers).status_code == 422
    assert client.delete(begin(), headers=headers_of(Role.SERVICE)).json()["state"] == "cancelled"
    assert db.execute("select from pgmq.q_artist_discovery").fetchall() == []


def test_a_visitor_reads_and_does_not_start(client: TestClient, headers: dict[str, str], name: str) -> None:
    body = {"artists": [name], "source": "sample"}
    assert client.post("/v1/discoveries", json=body).status_code == 401
    where = client.post("/v1/discoveries", json=body, headers=headers).headers["location"]
    assert client.get(where).status_code == 200
    assert client.delete(where).status_code == 401
    assert client.get("/v1/discoveries").status_code == 401
    listed = client.get("/v1/discoveries", headers=headers).json()["items"]
    assert [(d["names"], d["source"]) for d in listed] == [([name], "sample")]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"artists": []}, "artists"),
        ({"artists": ["Nobody at all"], "source": "sample"}, "no artist named"),
        ({"artists": ["x"], "source": "file:/etc/passwd"}, "source"),
        ({"artists": ["x"], "source": "nothing"}, "There is no source 'nothing'"),
        ({"artists": ["x"], "source": "file"}, "file"),
        ({"artists": ["\0"], "source": "sample"}, "visible character"),
        ({"artists": ["x" * 201]}, "artists"),
        ({"artists": ["x"] * 51}, "artists"),
        ({"artists": ["x"], "crawl": "mine"}, "crawl"),
        ({"artists": "x"}, "artists"),
        ([], "object"),
    ],
)  # fmt: skip
def test_what_cannot_be_discovered_is_refused_with_the_reason(
    client: TestClient, headers: dict[str, str], body: Any, said: str
) -> None:
    answer = client.post("/v1/discoveries", json=body, headers=headers)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == PROBLEM
    assert said in answer.json()["detail"]


def test_a_source_that_lacks_its_setting_says_which(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/v1/discoveries", json={"artists": ["x"]}, headers=headers)
    assert (answer.status_code, "LINERNOTES_CONTACT" in answer.json()["detail"]) == (503, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"\xff", 400), (b'"\\ud800"', 422), (b'{"artists": ["\\ud800"]}', 422), (b"x" * 1_000_001, 413)],
)  # fmt: skip
def test_a_body_that_is_none_is_refused(
    client: TestClient, headers: dict[str, str], body: bytes, status: int
) -> None:
    sent = {**headers, "Content-Type": "application/json"}
    answer = client.post("/v1/discoveries", content=body, headers=sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_a_discovery_that_there_is_not_cannot_be_followed(client: TestClient, headers: dict[str, str]) -> None:
    for answer in (
        client.get(f"/v1/discoveries/{uuid4()}"),
        client.get(f"/v1/discoveries/{uuid4()}/events"),
        client.delete(f"/v1/discoveries/{uuid4()}", headers=headers),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
