"""HEAD answers wherever GET does, with the same head."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from psycopg import Connection

from linernotes.api.edge import Edge, utc_now
from linernotes.api.keys import Role
from tests.api.conftest import HeadersOf
from tests.api.privileges import NAMES, VALUES, routes
from tests.factories import World

UNLIKE = {"date"}


def heads(client: TestClient, path: str, headers: dict[str, str]) -> tuple[Any, Any]:
    """Status and headers of GET and of HEAD. Fails where HEAD has a body."""
    answers = [client.request(method, path, headers=headers, follow_redirects=False) for method in ("GET", "HEAD")]
    assert answers[1].content == b"", path
    return tuple((a.status_code, {k: v for k, v in a.headers.items() if k not in UNLIKE}) for a in answers)  # type: ignore[return-value]


def test_every_route_that_answers_get_answers_head(client: TestClient, headers_of: HeadersOf):
    operator = headers_of(Role.SERVICE)
    asked = [
        pattern.format(**{**VALUES, "name": NAMES.get(pattern, VALUES["name"])})
        for method, pattern in routes(client.app)  # type: ignore[arg-type]
        if method == "GET" and not pattern.startswith(("/rest/", "/sign-"))
    ]
    assert len(asked) > 40
    for path in asked:
        if path.startswith(("/metrics", "/v1/exports", "/operations")):  # figures change; a stream has a test below
            assert client.head(path, headers=operator).status_code == 200
            continue
        get, head = heads(client, path, operator)
        assert head == get, path


@pytest.fixture
def producer(db: Connection[Any]) -> UUID:
    world = World(db)
    made = world.producer("Ada Producer")
    world.claim(world.track("Song"), made, "producer")
    world.conclude()
    return made


def test_a_head_says_how_long_the_body_would_be_and_what_it_is(client: TestClient, producer: UUID):
    get, head = heads(client, f"/v1/producers/{producer}", {})
    assert head == get
    assert int(head[1]["content-length"]) > 100
    tag = {"if-none-match": head[1]["etag"]}
    assert client.head(f"/v1/producers/{producer}", headers=tag).status_code == 304


def test_the_head_of_an_export_does_not_wait_for_its_rows(client: TestClient, producer: UUID, headers_of: HeadersOf):
    answer = client.head("/v1/exports/credits", headers=headers_of(Role.AUTHENTICATED))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/csv")
    turnstile = client.app.state.turnstile  # type: ignore[attr-defined]
    assert turnstile._free._value == client.app.state.edge.size  # type: ignore[attr-defined]


def test_the_head_of_a_stream_of_events_ends(client: TestClient, db: Connection[Any]):
    row = db.execute(
        """insert into linernotes.discoveries (source, names, keys, search_keys, schemes, id_values, sent, asked_by,
               started_at)
           values ('musicbrainz', '{Ada Lind}', '{artist:name:ada lind}', '{adalind}', '{""}', '{""}', 1, 'x', now())
           returning id"""
    ).fetchone()
    assert row
    answer = client.head(f"/v1/discoveries/{row[0]}/events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_a_head_is_counted_as_one_under_its_route(client: TestClient):
    client.head("/v1/artists")
    assert (
        'linernotes_http_requests_total{method="HEAD",route="/v1/artists",status="200"} 1.0'
        in client.get("/metrics").text
    )


def test_a_link_that_works_once_is_not_used_up_by_head(client: TestClient, edge: Edge):
    link = f"/sign-in?link={edge.links.new(utc_now())}"
    assert client.head(link).status_code == 405
    assert client.get(link, follow_redirects=False).status_code in (302, 303)


def test_what_is_allowed_names_head_beside_get(client: TestClient):
    assert client.put("/v1/artists").headers["allow"] == "GET, HEAD"
    assert client.head("/functions/v1/checkPipeline").status_code in (401, 405)
